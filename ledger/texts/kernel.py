"""Words for refusals every command can meet: the request, access, rules, persons, corrections."""

from ledger.refusals import Refused
from ledger.texts.text import Text

_REQUEST: dict[Refused, Text] = {
    Refused.COMMAND_IS_MALFORMED: Text(
        "命令{command}的内容不符合格式",
        "{command} is not filled in as it has to be",
        "逐项改正后重新提交",
        "correct what is named and send it again",
    ),
    Refused.COMMAND_IS_UNKNOWN: Text(
        "没有名为{command}的命令",
        "there is no command named {command}",
        "在命令目录中查找正确的名称",
        "look the name up in the list of commands",
    ),
    Refused.COMMAND_KEY_WAS_USED_FOR_ANOTHER_BODY: Text(
        "该幂等键已用于内容不同的{command}命令",
        "this idempotency key was already used for a different body of {command}",
        "新的请求请使用新的键；重试时请原样重发",
        "use a new key for a new request; repeat a retry unchanged",
    ),
    Refused.COMMAND_KEY_WAS_LOST_IN_A_RESTORE: Text(
        "该幂等键下的{command}命令已经办理，见第{position}条事实；恢复数据库时其内容与答复已失",
        "the {command} under this idempotency key was run, see the fact at {position}; what was "
        "asked and answered was lost when the database was restored",
        "查看所列事实；若需另办，请使用新的键",
        "look at that fact; use a new key for a new request",
    ),
    Refused.FACT_IS_TOO_LARGE: Text(
        "事实{type}有{bytes}字节，超过上限{max}字节",
        "the fact {type} has {bytes} bytes, more than the {max} that fit",
        "分成几次提交，或缩短文字",
        "split it into several commands, or shorten the texts",
    ),
    Refused.DATE_MUST_NOT_LIE_IN_THE_FUTURE: Text(
        "{field}的日期{date}晚于今天{today}",
        "the date {date} of {field} lies after today, {today}",
        "等到当日再登记，或改正日期",
        "record it when the day has come, or correct the date",
    ),
    Refused.END_MUST_NOT_PRECEDE_START: Text(
        "结束日{ends}早于开始日{starts}",
        "the end {ends} precedes the start {starts}",
        "核对并改正两个日期",
        "check the two dates and correct them",
    ),
    Refused.REASON_IS_NEEDED: Text(
        "此操作必须写明理由",
        "this needs a reason",
        "在“理由”一栏说明原因后重新提交",
        "say why under “reason” and send it again",
    ),
}

_ACCESS: dict[Refused, Text] = {
    Refused.LOG_IS_ALREADY_OPEN: Text(
        "日志已经开立",
        "the log is open already",
        "直接使用现有日志，或为新日志另建数据库",
        "use the log there is, or give a new one a database of its own",
    ),
    Refused.DAY_IS_PINNED_ALREADY: Text(
        "{day}的内容已由日志固定",
        "what {day} held is pinned by the log already",
        "无需重复固定",
        "nothing is left to be pinned",
    ),
    Refused.DAY_IS_NOT_OVER: Text(
        "{day}尚未结束，不能固定其内容",
        "{day} is not over yet, so what it holds cannot be pinned",
        "请等到次日",
        "wait for the next day",
    ),
    Refused.LOG_IS_NOT_OPEN: Text(
        "日志尚未开立",
        "the log is not open yet",
        "请先执行开立日志的命令",
        "open the log first",
    ),
    Refused.TOKEN_IS_NOT_VALID: Text(
        "令牌无效、已过期或已吊销",
        "the token is wrong, expired or revoked",
        "重新登录，或请系统管理员签发新的令牌",
        "sign in again, or ask an administrator for a new token",
    ),
    Refused.ROLE_IS_MISSING: Text(
        "此操作需要以下角色之一：{roles}",
        "this needs one of the roles {roles}",
        "请具有该角色的人员办理，或请系统管理员授予角色",
        "ask somebody who holds one of them, or ask an administrator to grant it",
    ),
    Refused.INSTITUTION_MUST_BE_NAMED: Text(
        "您在多个机构任职，须指明代表哪一个：{institutions}",
        "you hold the role at several institutions and have to name one: {institutions}",
        "在“机构”一栏填写其中一个",
        "give one of them as the institution",
    ),
    Refused.SUBJECT_IS_UNKNOWN: Text(
        "找不到{subject}",
        "{subject} is not known here",
        "核对编号，或先行登记",
        "check the id, or register it first",
    ),
    Refused.SUBJECT_EXISTS_ALREADY: Text(
        "{subject}已经登记过",
        "{subject} is registered already",
        "使用已登记的记录；确属另一事项的，请换用新的编号",
        "use what is registered; if it is something else, give it a new id",
    ),
    Refused.HUMAN_NEEDS_A_PERSON: Text(
        "操作者{actor}是自然人，必须注明是哪一位人员",
        "the actor {actor} is human and needs the person it is",
        "请先登记该人员，再填写“人员”；若是程序，类型请选“程序”",
        "register the person first and name it; a program is registered as the kind program",
    ),
    Refused.ACTOR_IS_UNKNOWN: Text(
        "操作者{actor}尚未登记或在该机构没有角色",
        "the actor {actor} is not registered or has no role there",
        "请系统管理员先登记该操作者",
        "ask an administrator to register the actor first",
    ),
    Refused.ROLE_NEEDS_AN_INSTITUTION: Text(
        "角色{role}只能在某一机构内授予",
        "the role {role} is granted at an institution only",
        "填写机构代码",
        "name the institution",
    ),
    Refused.ROLE_HOLDS_CITY_WIDE: Text(
        "角色{role}在全市范围有效，不能限定于一个机构",
        "the role {role} holds across the city and cannot be tied to one institution",
        "不要填写机构代码",
        "name no institution",
    ),
    Refused.ROLE_NEEDS_AN_END: Text(
        "角色{role}必须有截止日期",
        "the role {role} must end on a day",
        "填写授权的截止日期",
        "give the last day of the grant",
    ),
    Refused.ROLE_IS_HELD_ALREADY: Text(
        "{holder}已持有角色{role}",
        "{holder} holds the role {role} already",
        "无须重复授予；如要改变期限，请先撤销原授权",
        "there is nothing to grant; to change its dates, revoke it first",
    ),
    Refused.ROLE_IS_NOT_HELD: Text(
        "{holder}并未持有角色{role}",
        "{holder} does not hold the role {role}",
        "核对人员、角色和机构",
        "check the holder, the role and the institution",
    ),
    Refused.PROGRAMS_DO_NOT_DECIDE: Text(
        "程序账号不能审批、复核、核定或付款",
        "a program does not decide, approve, judge or pay",
        "请由登记了本人身份的人员办理",
        "have somebody do it whose account names the person it is",
    ),
    Refused.ID_IS_RESERVED: Text(
        "{subject}是系统自用的编号",
        "{subject} is an id of the system's own",
        "请换用新的编号，或留空由系统生成",
        "use a new id, or leave it out and one is made",
    ),
    Refused.PROPOSAL_IS_SETTLED: Text(
        "该授权提请已经确认或否决",
        "this proposal was confirmed or declined already",
        "如仍需授权，请重新提请",
        "propose the right again if it is still wanted",
    ),
    Refused.LAST_KEEPER_STAYS: Text(
        "角色{role}只能由另一位持有同一角色的人撤销，以保证至少留有一人",
        "the role {role} is revoked only by another person who holds it, so that one stays",
        "请先授予另一人同一角色，由其撤销；无人可用时，在服务器上执行 zhiheng access recover",
        "grant it to another person first, who then revokes it; where nobody is left, run "
        "zhiheng access recover on the server",
    ),
    Refused.LAST_TOKEN_STAYS: Text(
        "这是该管理员最后一个有效的令牌，只能由另一位持有同一角色的人吊销",
        "this is the administrator's last token that opens anything: only another person in the "
        "same role revokes it",
        "请先签发新的令牌，再吊销此令牌",
        "issue a new one first, then revoke this one",
    ),
    Refused.ADMINISTRATOR_HAS_NO_BUSINESS_RIGHTS: Text(
        "系统管理员、安全管理员、安全审计员不得兼任其他角色：{roles}",
        "an administrator, security administrator or security auditor holds no other role: {roles}",
        "把角色授予不同的人员，或先撤销原有角色",
        "grant the roles to different persons, or revoke the old one first",
    ),
    Refused.TOKEN_LIVES_TOO_LONG: Text(
        "该类令牌（{purpose}）的有效期最长为{days_max}天",
        "a token of this kind ({purpose}) lives at most {days_max} days",
        "选择更早的到期时间",
        "choose an earlier expiry",
    ),
    Refused.TOKEN_IS_UNKNOWN: Text(
        "该操作者没有编号为{token}的令牌",
        "the actor has no token {token}",
        "核对令牌编号；已吊销的令牌无须再次吊销",
        "check the token's id; one that is revoked needs no second revocation",
    ),
    Refused.BUREAU_IS_REGISTERED_ALREADY: Text(
        "主管局已经登记，一份日志只有一个",
        "a bureau is registered already, and a log has one only",
        "把新机构登记为其他类型",
        "register the new institution as another kind",
    ),
    Refused.BUREAU_IS_NOT_REGISTERED: Text(
        "主管局尚未登记",
        "no bureau is registered yet",
        "请系统管理员先登记主管局",
        "ask an administrator to register the bureau first",
    ),
    Refused.ANOTHER_PERSON_MUST_DO_THIS: Text(
        "前一步（{done}）由同一人办理，此步须由他人办理",
        "the same person did {done} before, so somebody else has to do this",
        "请另一位有权限的人员办理",
        "ask another person who holds the role",
    ),
}

_RULES_AND_PERSONS: dict[Refused, Text] = {
    Refused.POLICY_IS_UNKNOWN: Text(
        "本系统没有规则{policy}第{version}版",
        "this program ships no version {version} of {policy}",
        "核对规则编号和版本，或升级系统",
        "check the rule and its version, or upgrade the program",
    ),
    Refused.POLICY_IS_NOT_ADOPTED: Text(
        "规则{policy}第{version}版未被采用，现行采用第{adopted}版（0表示尚无）",
        "version {version} of {policy} is not in use; in use is version {adopted} (0: none)",
        "改用现行版本，或请主管局先行采用",
        "rely on the version in use, or have the bureau adopt this one first",
    ),
    Refused.POLICY_VERSION_IS_OLDER: Text(
        "规则{policy}已采用第{adopted}版，只能采用更新的版本",
        "{policy} stands at version {adopted}, and only newer versions can be adopted",
        "选择更新的版本",
        "choose a newer version",
    ),
    Refused.PERSON_IS_ERASED: Text(
        "{person}的个人信息已经擦除",
        "the personal data of {person} have been erased",
        "擦除不可恢复；确需继续的，请重新登记该人员",
        "erasure is final; register the person anew if there is a ground for it",
    ),
}

_CORRECTIONS: dict[Refused, Text] = {
    Refused.POSITION_IS_UNKNOWN: Text(
        "位置{position}没有可供更正的事实",
        "there is no fact for you to correct at position {position}",
        "在该主体的历史中核对位置；只能更正本机构的事实",
        "look the position up in the subject's history; only your institution's facts are open",
    ),
    Refused.LEAF_DOES_NOT_MATCH: Text(
        "位置{position}上事实的散列是{leaf}，与所给不符",
        "the fact at position {position} has the hash {leaf}, not the one given",
        "重新打开该事实，确认内容后使用其散列",
        "open the fact again, make sure it is the one you mean, and use its hash",
    ),
    Refused.FACT_IS_VOIDED_ALREADY: Text(
        "位置{position}的事实已经作废",
        "the fact at position {position} is voided already",
        "如需再次更正，请更正替代它的事实",
        "to correct it again, correct the fact that stands in its place",
    ),
    Refused.FACT_IS_A_DECISION: Text(
        "位置{position}是本系统作出的决定（{type}），不能作废",
        "position {position} is a decision made here ({type}) and cannot be voided",
        "用相应的命令撤回，例如撤销核销、退回或追回",
        "undo it by its own command, such as taking an allocation back, a return or a claw-back",
    ),
    Refused.LIVE_FACTS_REST_ON_IT: Text(
        "位置{position}的事实仍被以下位置的事实所依据：{resting}",
        "facts at the positions {resting} still rest on the fact at position {position}",
        "先撤回这些事实，或改为提交更正后的替代事实",
        "undo those first, or put a corrected fact in its place instead",
    ),
    Refused.REPLACEMENT_HAS_ANOTHER_SUBJECT: Text(
        "替代事实的主体{subject}与原主体{voided_subject}不同",
        "the replacement is about {subject}, the voided fact about {voided_subject}",
        "保留原主体；主体本身登记错误的，先作废，再重新登记",
        "keep the subject; if the subject itself was wrong, void the fact and record a new one",
    ),
    Refused.REPLACEMENT_CHANGES_A_COMMITMENT: Text(
        "更正不得改动字段“{field}”：它与保密库中的内容对应",
        "a correction leaves {field} as it is: it belongs to what the vault holds",
        "原样保留该栏；保密内容有误的，先作废，再重新登记",
        "leave it unchanged; if the private text was wrong, void and record anew",
    ),
    Refused.REPLACEMENT_CHANGES_A_FIXED_FIELD: Text(
        "更正不得使字段“{field}”与该事实（{type}）的其他内容相矛盾",
        "a correction must not make {field} contradict the rest of the fact ({type})",
        "按其余各栏填写该栏；整条登记错误的，先作废，再重新登记",
        "let it follow from the others; if the whole fact was wrong, void and record anew",
    ),
}

TEXTS: dict[Refused, Text] = _REQUEST | _ACCESS | _RULES_AND_PERSONS | _CORRECTIONS
