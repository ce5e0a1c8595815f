//! The plain subset evaluates as zen-expression itself does.

use kernel::Quantity;
use policy::ValueRef;
use policy::zen::Compiled;
use proptest::prelude::*;

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("x".to_owned()),
        Just("y".to_owned()),
        (0i64..200).prop_map(|n| n.to_string()),
        (0i64..2000).prop_map(|n| format!("{}.{:02}", n / 100, n % 100)),
    ]
    .prop_recursive(3, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), prop::sample::select(vec!["+", "-", "*", "/", "%"]), inner.clone())
                .prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            (prop::sample::select(vec!["min", "max"]), inner.clone(), inner.clone())
                .prop_map(|(f, a, b)| format!("{f}([{a}, {b}])")),
            (truth(inner.clone().boxed()), inner.clone(), inner)
                .prop_map(|(c, a, b)| format!("({c} ? {a} : {b})")),
        ]
    })
}

fn truth(number: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let compare =
        (number.clone(), prop::sample::select(vec!["==", "!=", "<", ">", "<=", ">="]), number.clone())
            .prop_map(|(a, op, b)| format!("{a} {op} {b}"));
    let within = (
        number.clone(),
        prop::sample::select(vec!["in", "not in"]),
        prop::sample::select(vec!["[", "("]),
        0i64..50,
        0i64..50,
        prop::sample::select(vec!["]", ")"]),
    )
        .prop_map(|(a, op, l, x, w, r)| format!("{a} {op} {l}{x}..{}{r}", x + w));
    let words = prop::sample::select(vec![
        "ok",
        "true",
        "kind == \"强\"",
        "kind != '弱'",
        "kind in [\"强\", \"中\"]",
        "d(day) >= d('2024-02-29')",
        "d(day) == d(\"2025-01-01\")",
        "d('2023-01-01') < d(day)",
    ])
    .prop_map(str::to_owned);
    prop_oneof![compare, within, words].prop_recursive(2, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), prop::sample::select(vec!["and", "or"]), inner.clone())
                .prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
            inner.prop_map(|a| format!("not({a})")),
        ]
    })
}

fn agree(text: &str, x: i64, y: i64, ok: bool, kind: &str) -> Result<(), TestCaseError> {
    let compiled = Compiled::expression(text).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
    let values: Vec<ValueRef<'_>> = compiled
        .names
        .iter()
        .map(|n| match n.as_str() {
            "x" => ValueRef::Number(i128::from(x)),
            "y" => ValueRef::Number(i128::from(y)),
            "ok" => ValueRef::Bool(ok),
            "day" => ValueRef::Text(if ok { "2025-01-01" } else { "2024-02-28" }),
            _ => ValueRef::Text(kind),
        })
        .collect();
    prop_assert_eq!(compiled.run(&values), compiled.run_zen(&values), "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn numbers_agree(text in number(), x in -5_000_000i64..100_000_000, y in -3i64..3, ok: bool, strong: bool) {
        agree(&text, x, y * 1_000_000, ok, if strong { "强" } else { "弱" })?;
    }

    #[test]
    fn conditions_agree(text in truth(number().boxed()), x in -5_000_000i64..100_000_000, y in -3i64..3, ok: bool, strong: bool) {
        agree(&text, x, y * 1_000_000, ok, if strong { "强" } else { "弱" })?;
    }
}

#[test]
fn cells_agree() {
    for (cell, inside, outside) in [
        (">= 50", vec!["50", "51"], vec!["49.999999"]),
        ("[30..50)", vec!["30", "49"], vec!["29", "50"]),
        ("(30..50]", vec!["31", "50"], vec!["30", "51"]),
        ("3, 5", vec!["3", "5"], vec!["4"]),
        ("not($ in [1, 2])", vec!["3"], vec!["1", "2"]),
        ("< 10 or > 90", vec!["5", "95"], vec!["50"]),
    ] {
        let compiled = Compiled::cell(cell).unwrap();
        for (values, expected) in [(inside, true), (outside, false)] {
            for v in values {
                let value = [ValueRef::Number(Quantity::parse(v).unwrap().0)];
                assert_eq!(compiled.run(&value), policy::zen::Outcome::Bool(expected), "{cell} on {v}");
                assert_eq!(
                    compiled.run_zen(&value),
                    policy::zen::Outcome::Bool(expected),
                    "{cell} on {v} by zen"
                );
            }
        }
    }
}

#[test]
fn constants_beyond_a_decimal_of_six_places_agree_too() {
    let text = "x + 1000000000000000000000000 - 1000000000000000000000000";
    let compiled = Compiled::expression(text).unwrap();
    let values = [ValueRef::Number(5_000_000)];
    assert_eq!(compiled.run(&values), compiled.run_zen(&values));
}
