//! `cargo xtask story`: an invented district's appraisal and an invented town's colours, told on the command line.

use crate::run::{self, Done, exec, say};
use std::fs;
use std::path::Path;

/// Builds the program and tells the story with it.
pub fn run() -> Done {
    say("编译 yanzhen …");
    let yanzhen = run::yanzhen(true)?.to_string_lossy().into_owned();
    let folder = run::workshop("story")?;
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let step = |title: &str, args: &[&str]| {
        say(&format!("\n━━ {title}"));
        say(&format!("$ yanzhen {}", args.join(" ").replace(&folder.to_string_lossy().into_owned(), "DEMO")));
        exec(&yanzhen, args)
    };

    say("\n以下地名、人名和数据都是虚构的（区划代码 99 开头）。");
    let (district, town) = (path("district.csv"), path("town.csv"));
    step(
        "一、造一个 17 个乡镇、293 个村的示例区",
        &["synth", "places", "--like", "jinan", "--seed", "7", "--out", &district],
    )?;
    let data = path("district");
    step(
        "二、造出全区的事实和 26 家单位的打分",
        &["synth", "data", "packs/jinan", "--places", &district, "--seed", "7", "--out", &data],
    )?;
    let (facts, marks) = (format!("{data}/facts.csv"), format!("{data}/marks.csv"));
    let (results, proposals) = (path("results.csv"), path("proposals.csv"));
    step(
        "三、考核：得分、名次、等次、要花多少钱",
        &[
            "appraise",
            "packs/jinan",
            "--facts",
            &facts,
            "--marks",
            &marks,
            "--out",
            &results,
            "--proposals",
            &proposals,
        ],
    )?;
    let removal = fs::read_to_string(&proposals)
        .map_err(|e| e.to_string())?
        .lines()
        .find(|l| l.contains(",propose_removal,"))
        .and_then(|l| l.split(',').next().map(str::to_owned));
    match removal {
        Some(code) => {
            say(&format!("\n{code} 连续两年末等，按办法提出书记免职的建议。为什么？逐项说明："));
            step(
                "四、一个村的完整说明",
                &["appraise", "packs/jinan", "--facts", &facts, "--marks", &marks, "--explain", &code],
            )?;
        }
        None => say("\n今年没有连续两年末等的村。"),
    }
    let changed = path("jinan-changed");
    change_weight(Path::new(&changed))?;
    step("五、假如集体经济位次的满分多一分、主题党日少一分", &["policy", "diff", "packs/jinan", &changed])?;
    step(
        "六、谁的等次会变，钱怎么变",
        &["whatif", "packs/jinan", &changed, "--facts", &facts, "--marks", &marks],
    )?;
    step(
        "七、权重有 5% 的出入时，哪些村在线边上",
        &["robust", "packs/jinan", "--facts", &facts, "--marks", &marks, "--runs", "10000"],
    )?;
    step("八、哪家单位打分偏严", &["raters", "packs/jinan", "--facts", &facts, "--marks", &marks])?;
    step(
        "九、造一个 42 个村的示例镇",
        &["synth", "places", "--like", "wucun", "--seed", "7", "--out", &town],
    )?;
    let data = path("town");
    step(
        "十、造出换届前的摸底",
        &["synth", "data", "packs/wucun", "--places", &town, "--seed", "7", "--out", &data],
    )?;
    let facts = format!("{data}/facts.csv");
    let colours = path("colours.csv");
    step(
        "十一、红橙黄绿：按办法自己判出 6、12、14、10",
        &["classify", "packs/wucun", "--facts", &facts, "--out", &colours],
    )?;
    let red = fs::read_to_string(&colours)
        .map_err(|e| e.to_string())?
        .lines()
        .find(|l| l.split(',').nth(2) == Some("red"))
        .and_then(|l| l.split(',').next().map(str::to_owned));
    if let Some(code) = red {
        step(
            "十二、一个红色村为什么是红色",
            &["classify", "packs/wucun", "--facts", &facts, "--explain", &code],
        )?;
    }
    say(&format!("\n文件在 {}", folder.display()));
    Ok(())
}

/// A copy of the pack in which one point moves from one indicator to another.
fn change_weight(to: &Path) -> Done {
    let from = run::root().join("packs").join("jinan");
    fs::create_dir_all(to).map_err(|e| e.to_string())?;
    fs::copy(from.join("pack.toml"), to.join("pack.toml")).map_err(|e| e.to_string())?;
    let table = fs::read_to_string(from.join("indicators.csv")).map_err(|e| e.to_string())?;
    let mut changed = String::new();
    for line in table.lines() {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let full = cells.get(3).and_then(|f| f.parse::<f64>().ok());
        match (cells[0].as_str(), full) {
            ("F1", Some(full)) => cells[3] = (full + 1.0).to_string(),
            ("A4", Some(full)) => cells[3] = (full - 1.0).to_string(),
            _ => {}
        }
        changed.push_str(&cells.join(","));
        changed.push('\n');
    }
    fs::write(to.join("indicators.csv"), changed).map_err(|e| e.to_string())
}
