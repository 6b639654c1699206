-- Tables for tools that speak SQL: what the views said at a position, written by the service.
-- Role zhiheng_bi exists already; a login becomes a reader by GRANT zhiheng_bi TO it.

CREATE SCHEMA IF NOT EXISTS views;
REVOKE ALL ON SCHEMA views FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA views TO zhiheng_service;
GRANT USAGE ON SCHEMA views TO zhiheng_bi;
COMMENT ON SCHEMA views IS '供商业智能工具读取的视图表:只读,由服务写入;金额单位为分,标识以编号表示,不含姓名';

-- One row a table of this schema. Rows of a table and its row here change in one transaction.
-- `fault` says why the newest attempt failed; the table then still holds what stood before.
CREATE TABLE views.published (
  name         text PRIMARY KEY,
  title        text NOT NULL,
  position     bigint CHECK (position >= 0),
  as_of        date,
  published_at timestamptz,
  rows         bigint,
  shape        bytea,
  contents     bytea,
  fault        text,
  failed_at    timestamptz
);
COMMENT ON TABLE views.published IS '各表的发布状态:依据前多少条事实、业务时点、发布时间与故障原因';
COMMENT ON COLUMN views.published.name IS '视图名';
COMMENT ON COLUMN views.published.title IS '视图标题';
COMMENT ON COLUMN views.published.position IS '依据日志的前多少条事实';
COMMENT ON COLUMN views.published.as_of IS '业务时点(上海日期)';
COMMENT ON COLUMN views.published.published_at IS '发布时间';
COMMENT ON COLUMN views.published.rows IS '行数';
COMMENT ON COLUMN views.published.shape IS '列声明的散列';
COMMENT ON COLUMN views.published.contents IS '内容的散列';
COMMENT ON COLUMN views.published.fault IS '最近一次发布失败的原因;为空即正常';
COMMENT ON COLUMN views.published.failed_at IS '最近一次发布失败的时间';
GRANT SELECT, INSERT, UPDATE ON views.published TO zhiheng_service;
GRANT SELECT ON views.published TO zhiheng_bi;
