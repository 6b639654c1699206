-- How each institution's own lists are laid out: settings of the import, no facts.

CREATE SCHEMA IF NOT EXISTS lists;
REVOKE ALL ON SCHEMA lists FROM PUBLIC;
GRANT USAGE ON SCHEMA lists TO zhiheng_service;

CREATE TABLE lists.columns (
  institution text NOT NULL,
  kind        text NOT NULL,
  title       text NOT NULL,
  field       text NOT NULL,
  PRIMARY KEY (institution, kind, title)
);
COMMENT ON TABLE lists.columns IS '名单的列对应:每个机构每种名单的列标题与字段';
COMMENT ON COLUMN lists.columns.field IS '字段名;空字符串表示不读这一列';

GRANT SELECT, INSERT, UPDATE, DELETE ON lists.columns TO zhiheng_service;
