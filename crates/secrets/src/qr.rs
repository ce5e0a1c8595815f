//! QR codes as inline SVG (GB/T 18284, ISO/IEC 18004).

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Blank modules around the code (ISO/IEC 18004, 9.1).
const QUIET: usize = 4;

/// An `<svg class="yz-qr">` of the text, without style attributes or scripts, so that it may stand in a page
/// under a strict content policy. The label is read to people who do not see the code; it need not be escaped.
/// Black on white in every theme: cameras expect it. `None` when the text is too long for a QR code.
pub fn qr_svg(text: &str, label: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let side = code.width() + 2 * QUIET;
    let label = escape(label);
    let mut svg = format!(
        r##"<svg class="yz-qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" aria-label="{label}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d=""##
    );
    let colors = code.to_colors();
    for (y, row) in colors.chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                let n = run.len();
                write!(svg, "M{} {}h{n}v1h-{n}z", x + QUIET, y + QUIET).ok()?;
            }
            x += run.len();
        }
    }
    svg.push_str(r#""/></svg>"#);
    Some(svg)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_the_code_s_dark_modules() {
        let text = super::super::totp::url(b"12345678901234567890", "wangli");
        let svg = qr_svg(&text, "<动态码> \"二维码\"").unwrap();
        assert!(!svg.contains("style") && svg.contains("&lt;动态码&gt; &quot;二维码&quot;"));
        let code = QrCode::with_error_correction_level(&text, EcLevel::M).unwrap();
        let mut dark = 0;
        for part in svg.rsplit("d=\"").next().unwrap().split('M').skip(1) {
            let (x, rest) = part.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let n: usize = rest.split_once('v').unwrap().0.parse().unwrap();
            let (x, y) = (x.parse::<usize>().unwrap() - QUIET, y.parse::<usize>().unwrap() - QUIET);
            assert!((x..x + n).all(|x| code[(x, y)] == Color::Dark));
            dark += n;
        }
        assert_eq!(dark, code.to_colors().iter().filter(|c| **c == Color::Dark).count());
    }

    #[test]
    fn text_beyond_a_qr_code_is_refused() {
        assert!(qr_svg(&"字".repeat(2000), "").is_none());
    }
}
