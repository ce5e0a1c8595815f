//! The program `yanzhen`.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    yanzhen::cli::run(std::env::args_os())
}
