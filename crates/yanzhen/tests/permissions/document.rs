//! `docs/permissions.md`: who may do what, from the routes and roles themselves.

use crate::matrix::served;
use platform::access::Role;
use std::fmt::Write;
use std::path::Path;

fn text() -> String {
    let mut out = String::from(
        "# 权限矩阵\n\n\
         由路由表和身份生成，测试核对：`cargo test -p yanzhen --test permissions`；路由或身份改了，加 \
         `YANZHEN_UPDATE=1` 重新生成。\n\n\
         - ● 可以；空格不可以（回答 403，记入审计）。范围以外的和没有的，回答都是 404。\n\
         - 公开：不登录也可以打开；其中要看是谁的，由页面自己再问。\n\
         - 接口令牌：不会超过建令牌时的身份，只能做令牌上列出的事。\n\n## 身份\n\n| 身份 | 编号 | 首页 |\n|---|---|---|\n",
    );
    for role in Role::ALL {
        let _ = writeln!(out, "| {} | `{}` | `{}` |", role.title(), role.id(), role.home());
    }
    out.push_str("\n## 路由\n\n| 方法 | 路径 | 做什么 |");
    for role in Role::ALL {
        let _ = write!(out, " {} |", role.title());
    }
    let _ = writeln!(out, "\n|---|---|---|{}", ":-:|".repeat(Role::ALL.len()));
    for route in served() {
        let what = match (route.action, route.path) {
            (Some(action), _) => format!("{}（`{}`）", action.title(), action.id()),
            (None, "/kit") => "公开，只在开发时".to_owned(),
            (None, _) => "公开".to_owned(),
        };
        let _ = write!(out, "| {} | `{}` | {what} |", route.method, route.path);
        for role in Role::ALL {
            out.push_str(if route.action.is_none_or(|a| role.may(a)) { " ● |" } else { "  |" });
        }
        out.push('\n');
    }
    out
}

pub fn is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    if std::env::var_os("YANZHEN_UPDATE").is_some() {
        std::fs::write(&path, text()).expect("writes");
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        kept == text(),
        "docs/permissions.md is not what the routes say; look at the change and run with YANZHEN_UPDATE=1"
    );
}
