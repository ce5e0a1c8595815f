//! `yanzhen policy …`

use super::{Done, Form, Stop, input, io_failed};
use crate::ui::{Style, Ui};
use appraisal::run_cases;
use clap::{Subcommand, ValueEnum};
use kernel::{Fault, Severity, msg};
use policy::{Pack, Source, diff, document, schema, workbook};
use serde_json::{Value, json};
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum ShowForm {
    Md,
    Html,
}

#[derive(Subcommand)]
enum Command {
    /// 检查一部办法：一次列出全部问题
    Check {
        /// 办法：文件夹或 xlsx 工作簿
        pack: PathBuf,
        /// 输出的格式
        #[arg(long, value_enum, default_value = "text")]
        format: Form,
    },
    /// 运行办法自带的用例
    Test {
        /// 办法：文件夹或 xlsx 工作簿
        pack: PathBuf,
        /// 输出的格式
        #[arg(long, value_enum, default_value = "text")]
        format: Form,
    },
    /// 把办法写成人能读的文件
    Show {
        /// 办法：文件夹或 xlsx 工作簿
        pack: PathBuf,
        /// 文件的格式
        #[arg(long, value_enum, default_value = "md")]
        format: ShowForm,
        /// 写到哪里；不写则为标准输出
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// 两部办法有什么不同
    Diff {
        /// 原来的办法
        a: PathBuf,
        /// 现在的办法
        b: PathBuf,
        /// 输出的格式
        #[arg(long, value_enum, default_value = "text")]
        format: Form,
    },
    /// 办法的内容指纹（SHA-256）
    Hash {
        /// 办法：文件夹或 xlsx 工作簿
        pack: PathBuf,
    },
    /// 在文件夹与工作簿之间转换
    Convert {
        /// 办法：文件夹或 xlsx 工作簿
        pack: PathBuf,
        /// 写到哪里：以 .xlsx 结尾为工作簿，否则为文件夹
        out: PathBuf,
        /// 目标已存在时覆盖
        #[arg(long)]
        force: bool,
    },
    /// 编辑器用的 JSON Schema
    Schema,
}

pub fn run(ui: &Ui, args: &Args) -> Done {
    match &args.command {
        Command::Check { pack, format } => check(ui, pack, *format),
        Command::Test { pack, format } => test(ui, pack, *format),
        Command::Show { pack, format, out } => show(ui, pack, *format, out.as_ref()),
        Command::Diff { a, b, format } => compare(ui, a, b, *format),
        Command::Hash { pack } => {
            let source = open(pack)?;
            if !source.faults.is_empty() {
                ui.faults(&source.faults);
                return Err(Stop::Faults);
            }
            say(&source.hash());
            Ok(())
        }
        Command::Convert { pack, out, force } => convert(ui, pack, out, *force),
        Command::Schema => {
            let _ = write!(stdout(), "{}", schema());
            Ok(())
        }
    }
}

fn say(line: &str) {
    let _ = writeln!(stdout(), "{line}");
}

fn open(path: &Path) -> Result<Source, Stop> {
    Source::open(path)
        .map_err(|e| Stop::Failed(msg!("{path}：{why}", path = e.path, why = e.error.to_string())))
}

fn check(ui: &Ui, path: &Path, format: Form) -> Done {
    let source = open(path)?;
    ui.notices(&source.notices);
    let (pack, findings) = Pack::check(&source);
    let count = |severity| findings.iter().filter(|f| f.severity == severity).count();
    let (faults, warnings, notes) = (count(Severity::Fault), count(Severity::Warning), count(Severity::Note));
    if format == Form::Json {
        let list: Vec<Value> = findings.iter().map(|f| as_json(ui, f)).collect();
        say(&json!({ "faults": faults, "warnings": warnings, "notes": notes, "findings": list }).to_string());
    } else {
        ui.faults(&findings);
        if let Some(pack) = &pack {
            let summary = msg!(
                "{title}：{facts} 个事实，{indicators} 条指标，{consequences} 条结果运用，{rules} 条颜色规则，{cases} 条用例",
                title = &pack.title,
                facts = pack.facts.len(),
                indicators = pack.indicators.len(),
                consequences = pack.consequences.len(),
                rules = pack.colours.as_ref().map_or(0, |c| c.rules.len()),
                cases = pack.cases.len()
            );
            say(&ui.t(summary));
            if let Some(posts) = pack.posts() {
                say(&ui.t(msg!(
                    "{posts} 个岗位，{checks} 条班子要求，{documents} 份备案材料",
                    posts = posts.posts.len(),
                    checks = posts.checks.len(),
                    documents = posts.filing.documents.len()
                )));
            }
            if let Some(people) = pack.people() {
                say(&ui.t(msg!(
                    "{groups} 个来源群体，{claims} 项认定，{kept} 种记录的保存期限",
                    groups = people.source_groups.len(),
                    claims = people.claims.len(),
                    kept = people.retention.len()
                )));
            }
            if let Some(duty) = pack.duty() {
                say(&ui.t(msg!(
                    "{kinds} 种平时记录，{aspects} 个考察维度和诊法，{parts} 部分述职",
                    kinds = duty.kinds.len(),
                    aspects = duty.dimensions.len() + duty.diagnoses.len(),
                    parts = duty.report_parts.len()
                )));
            }
        }
        let verdict = msg!(
            "{faults} 个错误，{warnings} 个警告，{notes} 个提示",
            faults = faults,
            warnings = warnings,
            notes = notes
        );
        say(&ui.paint(if faults > 0 { Style::Red } else { Style::Green }, &ui.t(verdict)));
    }
    if faults > 0 { Err(Stop::Faults) } else { Ok(()) }
}

fn as_json(ui: &Ui, f: &Fault) -> Value {
    json!({
        "severity": match f.severity {
            Severity::Fault => "fault",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        "file": f.file,
        "line": f.row,
        "column": f.col,
        "key": f.column,
        "value": f.value,
        "reason": f.reason.text(ui.lang),
        "mend": f.mend.as_ref().map(|m| m.text(ui.lang)),
    })
}

fn test(ui: &Ui, path: &Path, format: Form) -> Done {
    let pack = input::pack_with_cases(ui, path)?;
    let reports = run_cases(&pack);
    let failed = reports.iter().filter(|r| !r.failures.is_empty()).count();
    if format == Form::Json {
        let list: Vec<Value> = reports
            .iter()
            .map(|r| {
                let failures: Vec<Value> = r
                    .failures
                    .iter()
                    .map(|f| json!({ "code": f.code, "what": f.what, "message": f.message.text(ui.lang) }))
                    .collect();
                json!({
                    "file": r.case.file, "line": r.case.at.row, "title": r.case.title, "clause": r.case.clause,
                    "passed": failures.is_empty(), "failures": failures,
                })
            })
            .collect();
        say(&Value::from(list).to_string());
    } else {
        for report in &reports {
            let passed = report.failures.is_empty();
            let mark = if passed { ui.paint(Style::Green, "✓") } else { ui.paint(Style::Red, "✗") };
            let clause = ui.paint(Style::Blue, &report.case.clause);
            say(&format!("{mark} {} {clause}", report.case.title));
            for f in &report.failures {
                let place = format!("{}:{}", report.case.file, report.case.at.row);
                say(&format!(
                    "    {} {} {} {}",
                    ui.paint(Style::Dim, &place),
                    f.code,
                    f.what,
                    f.message.text(ui.lang)
                ));
            }
        }
        let passed = reports.len() - failed;
        say(&ui.t(msg!("{passed} 条通过，{failed} 条不符", passed = passed, failed = failed)));
    }
    if failed > 0 { Err(Stop::Faults) } else { Ok(()) }
}

fn show(ui: &Ui, path: &Path, format: ShowForm, out: Option<&PathBuf>) -> Done {
    let pack = input::pack(ui, path)?;
    let form = match format {
        ShowForm::Md => policy::Format::Markdown,
        ShowForm::Html => policy::Format::Html,
    };
    let text = document(&pack).render(form);
    input::write_out(out, |file| file.write_all(text.as_bytes()))
}

fn compare(ui: &Ui, a: &Path, b: &Path, format: Form) -> Done {
    let (a, b) = (input::pack(ui, a)?, input::pack(ui, b)?);
    let changes = diff(&a, &b);
    if format == Form::Json {
        say(&json!({ "from": a.hash, "to": b.hash, "changes": changes }).to_string());
    } else if a.hash == b.hash {
        say(&ui.t(msg!("两部办法内容相同")));
    } else {
        for change in &changes {
            say(&format!("- {change}"));
        }
        say(&ui.t(msg!("共 {n} 处不同", n = changes.len())));
    }
    Ok(())
}

fn convert(ui: &Ui, path: &Path, out: &Path, force: bool) -> Done {
    let source = open(path)?;
    if !source.faults.is_empty() {
        ui.faults(&source.faults);
        return Err(Stop::Faults);
    }
    if out.exists() && !force {
        return Err(Stop::Failed(msg!(
            "{path} 已存在；要覆盖请加 --force",
            path = out.display().to_string()
        )));
    }
    if out.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx")) {
        let bytes = workbook(&source).map_err(|e| io_failed(out, &e))?;
        tables::write_atomic(out, |file| file.write_all(&bytes)).map_err(|e| io_failed(out, &e))?;
    } else {
        source.write_folder(out).map_err(|e| io_failed(out, &e))?;
    }
    let again = open(out)?;
    if again.hash() != source.hash() {
        return Err(Stop::Failed(msg!(
            "转换前后内容不一致，请勿使用 {path}",
            path = out.display().to_string()
        )));
    }
    say(&ui.t(msg!(
        "已写入 {path}，内容指纹 {hash}",
        path = out.display().to_string(),
        hash = source.hash()
    )));
    Ok(())
}
