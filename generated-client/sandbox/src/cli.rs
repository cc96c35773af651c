//! The sandbox from a shell: the arguments, and the run until Ctrl-C.

use std::path::PathBuf;
use std::time::Duration;

use crate::{Call, Fault, Rule, Sandbox, StartError, Timings, When};

/// A local server that behaves, and on request misbehaves, like the RunComfy model API.
#[derive(Clone, Debug, clap::Parser)]
#[command(version)]
pub struct Args {
    /// Port on 127.0.0.1; 0 takes any free one.
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// Folder of the model files.
    #[arg(long, default_value = "schemas")]
    pub schemas: PathBuf,
    /// Token every call must bear.
    #[arg(long, default_value = "sandbox")]
    pub token: String,
    /// Seconds a job waits in the queue.
    #[arg(long, default_value = "2", value_parser = seconds)]
    pub queued: Duration,
    /// Seconds a job runs.
    #[arg(long, default_value = "3", value_parser = seconds)]
    pub running: Duration,
    /// A planned fault, `CALL:FAULT[,WHEN]`; may be repeated, the first that acts counts.
    ///
    /// CALL: submit, status, result, cancel, catalogue, file.
    /// FAULT: an HTTP status such as 429 or 503, error200, reset-before, reset-after,
    /// reset-accepted, half, garbage, slow, hang, redirect=ORIGIN, unknown-state, unknown-fields,
    /// spelling, swapped-output.
    /// WHEN: a number of times (default 1), always, or a probability such as p0.3.
    #[arg(long = "fault", value_name = "CALL:FAULT[,WHEN]", value_parser = rule, verbatim_doc_comment)]
    pub faults: Vec<Rule>,
}

/// Why the command ended other than by Ctrl-C.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The server did not start.
    #[error("the sandbox did not start")]
    Start(
        /// Why.
        #[from]
        StartError,
    ),
    /// The signal cannot be waited for.
    #[error("cannot wait for Ctrl-C")]
    Signal(
        /// What the system said.
        #[from]
        std::io::Error,
    ),
}

/// Starts a server, says on standard output how to reach it, and serves until Ctrl-C.
///
/// # Errors
///
/// When the server cannot start, or the signal cannot be waited for.
pub async fn run(args: Args) -> Result<(), RunError> {
    let sandbox = Sandbox::builder()
        .schemas(args.schemas)
        .port(args.port)
        .token(args.token)
        .timings(Timings {
            queued: args.queued,
            running: args.running,
        })
        .plan(args.faults.into_iter().collect::<crate::FaultPlan>())
        .start()
        .await?;
    println!("{}", greeting(&sandbox));
    tokio::signal::ctrl_c().await?;
    let stats = sandbox.stats();
    sandbox.shutdown().await;
    println!(
        "\n{} submits accepted, {} faults injected",
        stats.accepted, stats.faults
    );
    Ok(())
}

/// What the shell user needs to know, with a line that can be pasted.
fn greeting(sandbox: &Sandbox) -> String {
    let (url, token) = (sandbox.base_url(), sandbox.token());
    let models = sandbox.models();
    let mut text = format!(
        "base URL  {url}\ntoken     {token}\nmodels    {}\n",
        models.len()
    );
    let example = models
        .iter()
        .find_map(|id| Some((id, sandbox.example(id)?)));
    if let Some((id, example)) = example {
        let path: Vec<String> = id
            .split('/')
            .map(|part| {
                percent_encoding::utf8_percent_encode(part, percent_encoding::NON_ALPHANUMERIC)
                    .to_string()
            })
            .collect();
        // The other characters RFC 3986 leaves alone read better as they are.
        let path = path
            .join("/")
            .replace("%2D", "-")
            .replace("%2E", ".")
            .replace("%5F", "_");
        text.push_str(&format!(
            "\ncurl -H {} --json {} {url}/v1/models/{path}\n",
            quote(&format!("Authorization: Bearer {token}")),
            quote(&example.to_string()),
        ));
    }
    text.push_str("\nCtrl-C stops it.");
    text
}

/// Text as one word of a POSIX shell.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| format!("`{text}` is no number of seconds"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// Reads `CALL:FAULT[,WHEN]`.
fn rule(text: &str) -> Result<Rule, String> {
    let (call, fault) = text
        .split_once(':')
        .ok_or_else(|| format!("`{text}` is not CALL:FAULT[,WHEN]"))?;
    let call = match call {
        "submit" => Call::Submit,
        "status" => Call::Status,
        "result" => Call::Result,
        "cancel" => Call::Cancel,
        "catalogue" => Call::Catalogue,
        "file" => Call::File,
        _ => return Err(format!("`{call}` is not a call")),
    };
    let (fault, when) = match fault.rsplit_once(',') {
        Some((fault, when)) => (fault, self::when(when)?),
        None => (fault, When::Next(1)),
    };
    let accepted = fault == "reset-accepted";
    let rule = Rule::on(call, self::fault(fault)?).when(when);
    Ok(if accepted { rule.accepted() } else { rule })
}

fn when(text: &str) -> Result<When, String> {
    if text == "always" {
        return Ok(When::Always);
    }
    if let Some(probability) = text.strip_prefix('p') {
        return match probability.parse() {
            Ok(probability) if (0.0..=1.0).contains(&probability) => Ok(When::Chance {
                probability,
                seed: 0,
            }),
            _ => Err(format!("`{probability}` is no probability from 0 to 1")),
        };
    }
    text.parse()
        .map(When::Next)
        .map_err(|_| format!("`{text}` is no WHEN: 3, always or p0.3"))
}

fn fault(text: &str) -> Result<Fault, String> {
    if let Some(to) = text.strip_prefix("redirect=") {
        return Ok(Fault::Redirect {
            status: 307,
            to: to.to_owned(),
        });
    }
    Ok(match text {
        "429" => Fault::RateLimited {
            retry_after: Some(Duration::from_secs(2)),
        },
        "error200" => Fault::no_balance_200(),
        "reset-before" => Fault::ResetBeforeRead,
        "reset-after" | "reset-accepted" => Fault::ResetAfterRead,
        "half" => Fault::HalfAnswer,
        "garbage" => Fault::Garbage,
        "slow" => Fault::Slow {
            per_byte: Duration::from_millis(20),
        },
        "hang" => Fault::Delay(Duration::from_secs(24 * 60 * 60)),
        "unknown-state" => Fault::UnknownState,
        "unknown-fields" => Fault::UnknownFields,
        "spelling" => Fault::Spelling,
        "swapped-output" => Fault::SwappedOutput,
        _ => match text.parse() {
            Ok(status @ 200..=599) => Fault::status(status),
            _ => return Err(format!("`{text}` is not a fault")),
        },
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::{Args, quote, rule};
    use crate::{Call, Fault, Rule};

    #[test]
    fn a_fault_is_read_from_one_word() {
        let reset = Rule::on(Call::Submit, Fault::ResetAfterRead);
        assert_eq!(rule("submit:reset-after"), Ok(reset.clone()));
        assert_eq!(rule("submit:reset-accepted"), Ok(reset.accepted()));
        assert_eq!(
            rule("status:503,always"),
            Ok(Rule::on(Call::Status, Fault::status(503)).always())
        );
        assert_eq!(
            rule("file:half,3"),
            Ok(Rule::on(Call::File, Fault::HalfAnswer).next(3))
        );
        assert_eq!(
            rule("result:redirect=http://127.0.0.1:9,p0.5"),
            Ok(Rule::on(
                Call::Result,
                Fault::Redirect {
                    status: 307,
                    to: "http://127.0.0.1:9".to_owned()
                }
            )
            .chance(0.5, 0))
        );
        for wrong in [
            "submit",
            "submit:",
            "nothing:429",
            "submit:99",
            "submit:429,p2",
            "submit:429,x",
        ] {
            assert!(rule(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_arguments_have_their_documented_defaults() {
        let args = Args::try_parse_from(["runcomfy-sandbox"]).unwrap();
        assert_eq!((args.port, args.token.as_str()), (8787, "sandbox"));
        assert_eq!(args.schemas, std::path::Path::new("schemas"));
        assert!(Args::try_parse_from(["runcomfy-sandbox", "--fault", "submit:nonsense"]).is_err());
        assert!(Args::try_parse_from(["runcomfy-sandbox", "--queued", "-1"]).is_err());
    }

    #[test]
    fn a_quote_survives_the_shell() {
        assert_eq!(quote("girl's"), r"'girl'\''s'");
    }
}
