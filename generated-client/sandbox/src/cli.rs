//! The sandbox as a command: its arguments, and the run until Ctrl-C.

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::endpoint::Endpoint;
use crate::faults::{Fault, FaultPlan, FaultRule, When};
use crate::sandbox::{Sandbox, StartError};
use crate::state::Timings;

/// The characters of a path segment that the printed curl command encodes.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// A local server that behaves like the RunComfy model API, and injects faults on request.
#[derive(Clone, Debug, clap::Parser)]
#[command(version)]
pub struct Args {
    /// Port on 127.0.0.1; 0 for any free port.
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// Folder of the model files.
    #[arg(long, default_value = "schemas")]
    pub schemas: PathBuf,
    /// Token that requests must carry.
    #[arg(long, default_value = "sandbox")]
    pub token: String,
    /// Seconds that a job is in the queue.
    #[arg(long, default_value = "2", value_parser = seconds)]
    pub queued: Duration,
    /// Seconds that a job is in progress.
    #[arg(long, default_value = "3", value_parser = seconds)]
    pub running: Duration,
    /// A fault, `ENDPOINT:FAULT[,WHEN]`. May be repeated; the first one that fires applies.
    ///
    /// ENDPOINT: submit, status, result, cancel, catalogue, file.
    /// FAULT: an HTTP status such as 429 or 503, error200, reset-before, reset-after,
    /// reset-accepted, half, garbage, slow, hang, redirect=ORIGIN, unknown-state, unknown-fields,
    /// spelling, swapped-output.
    /// WHEN: a number of times (default 1), always, or a probability such as p0.3.
    #[arg(long = "fault", value_name = "ENDPOINT:FAULT[,WHEN]", value_parser = rule, verbatim_doc_comment)]
    pub faults: Vec<FaultRule>,
}

/// Why the command failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The server did not start.
    #[error("the sandbox did not start")]
    Start(
        /// The cause.
        #[from]
        StartError,
    ),
    /// The process cannot wait for Ctrl-C.
    #[error("cannot wait for Ctrl-C")]
    Signal(
        /// The I/O error.
        #[from]
        std::io::Error,
    ),
}

/// Starts a server, prints how to reach it to standard output, and serves until Ctrl-C.
///
/// # Errors
///
/// The server cannot start, or the process cannot wait for Ctrl-C.
pub async fn run(args: Args) -> Result<(), RunError> {
    let sandbox = Sandbox::builder()
        .schemas(args.schemas)
        .port(args.port)
        .token(args.token)
        .timings(Timings {
            queued: args.queued,
            running: args.running,
        })
        .plan(args.faults.into_iter().collect::<FaultPlan>())
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

/// Base URL, token and number of models, and a curl command that submits an example.
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
            .map(|segment| utf8_percent_encode(segment, ENCODED).to_string())
            .collect();
        text.push_str(&format!(
            "\ncurl -H {} --json {} {url}/v1/models/{}\n",
            quote(&format!("Authorization: Bearer {token}")),
            quote(&example.to_string()),
            path.join("/"),
        ));
    }
    text.push_str("\nPress Ctrl-C to stop.");
    text
}

/// Quotes text as one word of a POSIX shell.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| format!("`{text}` is not a number of seconds"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// Parses `ENDPOINT:FAULT[,WHEN]`.
fn rule(text: &str) -> Result<FaultRule, String> {
    let (endpoint, fault) = text
        .split_once(':')
        .ok_or_else(|| format!("`{text}` is not ENDPOINT:FAULT[,WHEN]"))?;
    let endpoint = match endpoint {
        "submit" => Endpoint::Submit,
        "status" => Endpoint::Status,
        "result" => Endpoint::Result,
        "cancel" => Endpoint::Cancel,
        "catalogue" => Endpoint::Catalogue,
        "file" => Endpoint::File,
        _ => return Err(format!("`{endpoint}` is not an endpoint")),
    };
    let (fault, when) = match fault.rsplit_once(',') {
        Some((fault, when)) => (fault, self::when(when)?),
        None => (fault, When::Times(1)),
    };
    let with_effect = fault == "reset-accepted";
    let rule = FaultRule::on(endpoint, self::fault(fault)?).when(when);
    Ok(if with_effect {
        rule.with_effect()
    } else {
        rule
    })
}

fn when(text: &str) -> Result<When, String> {
    if text == "always" {
        return Ok(When::Always);
    }
    if let Some(probability) = text.strip_prefix('p') {
        return match probability.parse() {
            Ok(probability) if (0.0..=1.0).contains(&probability) => Ok(When::Random {
                probability,
                seed: 0,
            }),
            _ => Err(format!("`{probability}` is not a probability from 0 to 1")),
        };
    }
    text.parse()
        .map(When::Times)
        .map_err(|_| format!("`{text}` is not WHEN, which is a number, always or p0.3"))
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
        "error200" => Fault::insufficient_balance_200(),
        "reset-before" => Fault::ResetBeforeRead,
        "reset-after" | "reset-accepted" => Fault::ResetAfterRead,
        "half" => Fault::TruncatedResponse,
        "garbage" => Fault::Garbage,
        "slow" => Fault::Slow {
            per_byte: Duration::from_millis(20),
        },
        "hang" => Fault::Delay(Duration::from_secs(24 * 60 * 60)),
        "unknown-state" => Fault::UnknownState,
        "unknown-fields" => Fault::UnknownFields,
        "spelling" => Fault::AlternativeSpelling,
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

    use super::{Args, Endpoint, Fault, FaultRule, quote, rule};

    #[test]
    fn fault_arguments_are_parsed() {
        let reset = FaultRule::on(Endpoint::Submit, Fault::ResetAfterRead);
        assert_eq!(rule("submit:reset-after"), Ok(reset.clone()));
        assert_eq!(rule("submit:reset-accepted"), Ok(reset.with_effect()));
        assert_eq!(
            rule("status:503,always"),
            Ok(FaultRule::on(Endpoint::Status, Fault::status(503)).always())
        );
        assert_eq!(
            rule("file:half,3"),
            Ok(FaultRule::on(Endpoint::File, Fault::TruncatedResponse).times(3))
        );
        assert_eq!(
            rule("result:redirect=http://127.0.0.1:9,p0.5"),
            Ok(FaultRule::on(
                Endpoint::Result,
                Fault::Redirect {
                    status: 307,
                    to: "http://127.0.0.1:9".to_owned()
                }
            )
            .with_probability(0.5, 0))
        );
        for invalid in [
            "submit",
            "submit:",
            "nothing:429",
            "submit:99",
            "submit:429,p2",
            "submit:429,x",
        ] {
            assert!(rule(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn arguments_have_the_documented_defaults() {
        let args = Args::try_parse_from(["runcomfy-sandbox"]).unwrap();
        assert_eq!((args.port, args.token.as_str()), (8787, "sandbox"));
        assert_eq!(args.schemas, std::path::Path::new("schemas"));
        assert!(Args::try_parse_from(["runcomfy-sandbox", "--fault", "submit:nonsense"]).is_err());
        assert!(Args::try_parse_from(["runcomfy-sandbox", "--queued", "-1"]).is_err());
    }

    #[test]
    fn quotes_are_escaped_for_the_shell() {
        assert_eq!(quote("girl's"), r"'girl'\''s'");
    }
}
