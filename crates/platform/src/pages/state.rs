//! Pages that later stages fill: tasks, and a cadre's or applicant's own pages. What is not there yet is said.

use crate::access::{Action, Role};
use crate::page::Page;
use crate::web::{Answer, App, Client, Html, Rule, Visitor, get, page_for};
use askama::Template;
use axum::extract::State;
use axum::response::IntoResponse;

pub(super) fn routes() -> Vec<Rule> {
    vec![get("/tasks", tasks).allow(Action::ViewTasks), get("/me", me).allow(Action::OwnPages)]
}

#[derive(Template)]
#[template(path = "pages/nothing.html")]
struct Nothing {
    page: Page,
    title: &'static str,
    lead: &'static str,
    what: &'static str,
    why: &'static str,
    href: &'static str,
    act: &'static str,
}

async fn tasks(State(app): State<App>, visitor: Visitor, Client(caller): Client) -> Answer {
    let page = page_for(&app, &visitor, "tasks").await?;
    let (why, href, act) = match caller.role {
        Role::CountyOffice | Role::TownshipOffice => (
            page.t("轮到您填报、确认或答复的事会按到期日排在这里，先到期的在前。"),
            "/",
            page.t("去看雁阵图"),
        ),
        Role::RaterUnit => {
            (page.t("考核开始后，本单位要打的分会排在这里，到期前提醒。"), "/account", page.t("看我的账号"))
        }
        _ => (page.t("联审开始后，等您答复的人会排在这里，写明答复期限。"), "/account", page.t("看我的账号")),
    };
    let what = page.t("现在没有要您办的事");
    let (title, lead) = (page.t("待办"), page.t("轮到您办的事，一件一条，写明期限和后果。"));
    Ok(Html(Nothing { page, title, lead, what, why, href, act }).into_response())
}

async fn me(State(app): State<App>, visitor: Visitor, Client(caller): Client) -> Answer {
    let page = page_for(&app, &visitor, "me").await?;
    let (what, why) = match caller.role {
        Role::Applicant => (
            page.t("您还没有报名"),
            page.t("报名以后，办到哪一步、结果和理由都在这里，只有您自己和经办人看得到。"),
        ),
        _ => (
            page.t("您的档案还没有建"),
            page.t("建档以后，您的档案、考核结果和理由都在这里，有错可以申请更正。建档请找乡镇党委。"),
        ),
    };
    let (title, lead) = (page.t("我的"), page.t("关于您自己的事，谁看过、怎么定的，都能查。"));
    let act = page.t("看我的账号");
    Ok(Html(Nothing { page, title, lead, what, why, href: "/account", act }).into_response())
}
