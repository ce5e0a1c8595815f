//! Verbs and kinds of records of the audit, as read.

use kernel::key;

/// A verb in Chinese, a key of the catalogue; nothing for one that is not known here.
pub(super) fn verb(action: &str) -> Option<&'static str> {
    Some(match action {
        "session.sign-in" => key!("登录"),
        "session.second-factor" => key!("登录第二步"),
        "session.sign-out" => key!("退出登录"),
        "session.switch-role" => key!("切换身份"),
        "session.end-others" => key!("退出其他登录"),
        "access.denied" => key!("越权被拒"),
        "account.create" => key!("新建账号"),
        "account.grant" => key!("给身份"),
        "account.revoke" => key!("收回身份"),
        "account.reset-password" => key!("重设密码"),
        "account.change-password" => key!("修改密码"),
        "account.unlock" => key!("解锁账号"),
        "account.close" => key!("停用账号"),
        "account.reopen" => key!("恢复账号"),
        "account.unmask-phone" => key!("查看完整号码"),
        "account.second-factor-on" => key!("启用动态码"),
        "account.second-factor-off" => key!("停用动态码"),
        "token.create" => key!("新建接口令牌"),
        "token.end" => key!("作废接口令牌"),
        "setup.code" => key!("核对安装码"),
        "setup.done" => key!("首次设置"),
        "county.add" => key!("增加县"),
        "job.begin" => key!("交办任务"),
        "job.stop" => key!("停任务"),
        "job.resume" => key!("续任务"),
        "audit.export" => key!("导出审计"),
        "audit.verify" => key!("校验审计链"),
        "county.found" => key!("装入区划"),
        "facts.enter" => key!("填报事实"),
        "facts.import" => key!("导入事实"),
        "facts.export" => key!("导出事实"),
        "backup.make" => key!("备份"),
        "backup.restore" => key!("从备份恢复"),
        "county.export" => key!("导出县"),
        "county.import" => key!("迁入县"),
        "keys.add" => key!("新增密钥"),
        "keys.rotate" => key!("换密钥"),
        "keys.retire" => key!("停用密钥"),
        "person.erase" => key!("销毁个人密钥"),
        "colour.propose" => key!("按新办法研判"),
        "grades.import" => key!("导入考核结果"),
        "pack.adopt" => key!("采用办法"),
        "pack.draft.begin" => key!("起草办法"),
        "pack.draft.edit" => key!("改办法草稿"),
        "pack.draft.undo" => key!("撤销草稿的一步"),
        "pack.draft.redo" => key!("恢复草稿的一步"),
        "pack.draft.book" => key!("用工作簿换办法草稿"),
        "pack.draft.submit" => key!("办法草稿送审"),
        "pack.draft.return" => key!("退回办法草稿"),
        "pack.draft.approve" => key!("批准办法"),
        "pack.draft.drop" => key!("放弃办法草稿"),
        "colour.confirm" => key!("确认村的颜色"),
        "demo.fill" | "demo.account" => key!("装入演示数据"),
        _ => return None,
    })
}

/// The kind of a record, a key of the catalogue.
pub(super) fn kind(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "account" => key!("账号"),
        "county" => key!("县"),
        "route" => key!("网页"),
        "token" => key!("接口令牌"),
        "job" => key!("任务"),
        "audit" => key!("审计"),
        "installation" => key!("系统"),
        "village" => key!("村"),
        "place" => key!("区划"),
        "pack" => key!("办法"),
        "pack_draft" => key!("办法草稿"),
        "key" => key!("密钥"),
        "person" => key!("个人"),
        _ => return None,
    })
}

/// Groups of verbs to filter by: what verbs begin with, and the group's name.
pub(super) const GROUPS: [(&str, &str); 5] = [
    ("session.", key!("登录")),
    ("account.", key!("账号")),
    ("account.unmask", key!("查看完整号码")),
    ("audit.", key!("导出与校验")),
    ("access.", key!("越权")),
];
