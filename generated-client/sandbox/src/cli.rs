//! The sandbox as a command: its arguments, and the run until Ctrl-C.

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::endpoint::Endpoint;
use crate::faults::{Fault, FaultPlan, FaultRule, When};
use crate::sandbox::{Sandbox, StartError};
use crate::state::Timings;

/// The characters that are percent-encoded in the path segments of the printed curl command.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// A local server that behaves like the RunComfy model API, and injects faults on request.
#[derive(Clone, Debug, clap::Parser)]
#[command(version)]
pub struct Args {
    /// Port on 127.0.0.1; 0 for any free port.
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// Folder of model files that are served besides the bundled five. May be repeated.
    #[arg(long, value_name = "DIR")]
    pub schemas: Vec<PathBuf>,
    /// Token that requests must carry.
    #[arg(long, default_value = "sandbox")]
    pub token: String,
    /// Seconds that a job is in the queue.
    #[arg(long, default_value = "2", value_parser = seconds)]
    pub queued: Duration,
    /// Seconds that a job is in progress.
    #[arg(long, default_value = "3", value_parser = seconds)]
    pub running: Duration,
    /// What the URLs of output files begin with, such as `http://files.runcomfy.net:8787` [default:
    /// the base URL].
    #[arg(long, value_name = "URL")]
    pub file_base: Option<String>,
    /// A fault, `ENDPOINT:FAULT[,WHEN]`. May be repeated; the first one that fires applies.
    ///
    /// ENDPOINT: submit, status, result, cancel, catalogue, file.
    /// FAULT: an HTTP status such as 429 or 503, token400, error200, reset-before, reset-after, half,
    /// garbage, slow, hang, redirect=ORIGIN, unknown-fields;
    /// for submit also: failed-job;
    /// for submit also, with the suffix `-accepted`, such as 503-accepted: an HTTP status, token400,
    /// error200, reset, garbage, redirect=ORIGIN (the job is created, but the response is replaced;
    /// half, slow, hang and unknown-fields do not take the suffix: with them the job is always created);
    /// for status, result and cancel also: unknown-state, unfinished-state=WORD, spelling;
    /// for result also: swapped-output, unfinished-400;
    /// for catalogue also: total=NUMBER, repeated-page, without-schemas.
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

/// Starts a server and serves until Ctrl-C. The base URL, the token and a sample request are printed to
/// standard output.
///
/// # Errors
///
/// The server cannot start, or the process cannot wait for Ctrl-C.
pub async fn run(args: Args) -> Result<(), RunError> {
    let mut builder = Sandbox::builder().bundled_models();
    for folder in args.schemas {
        builder = builder.schemas(folder);
    }
    if let Some(url) = args.file_base {
        builder = builder.file_base(url);
    }
    let sandbox = builder
        .port(args.port)
        .token(args.token)
        .timings(Timings {
            queued: args.queued,
            running: args.running,
        })
        .plan(args.faults.into_iter().collect::<FaultPlan>())
        // Nothing reads the records.
        .max_recorded_requests(0)
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

/// Returns the text printed at the start: the base URL, the token, the number of models, and a curl
/// command that submits an example.
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
    let Some(name) = fault.strip_suffix("-accepted") else {
        return Ok(FaultRule::on(endpoint, self::fault(fault)?).when(when));
    };
    let name = if name == "reset" { "reset-after" } else { name };
    let rule = FaultRule::on(endpoint, self::fault(name)?)
        .when(when)
        .with_effect();
    if rule.fault().modifies_response() || !rule.takes_effect() {
        return Err(format!("`{name}` cannot be followed by `-accepted`"));
    }
    Ok(rule)
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
    text.parse().map(When::Times).map_err(|_| {
        format!("`{text}` is not a number of times, `always` or a probability such as `p0.3`")
    })
}

fn fault(text: &str) -> Result<Fault, String> {
    match text.split_once('=') {
        Some(("redirect", to)) => {
            return Ok(Fault::Redirect {
                status: 307,
                to: to.to_owned(),
            });
        }
        Some(("unfinished-state", state)) => return Ok(Fault::UnfinishedState(state.to_owned())),
        Some(("total", total)) => {
            let total = total.parse();
            return total
                .map(Fault::CatalogueTotal)
                .map_err(|_| format!("`{text}` is not total=NUMBER"));
        }
        _ => {}
    }
    Ok(match text {
        "token400" => Fault::invalid_token_400(),
        "429" => Fault::RateLimited {
            retry_after: Some(Duration::from_secs(2)),
        },
        "error200" => Fault::insufficient_balance_200(),
        "reset-before" => Fault::ResetBeforeRead,
        "reset-after" => Fault::ResetAfterRead,
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
        "failed-job" => Fault::FailedJob("The job failed as planned".into()),
        "unfinished-400" => Fault::UnfinishedAs400,
        "repeated-page" => Fault::RepeatedPage,
        "without-schemas" => Fault::WithoutSchemas,
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
        let unavailable = FaultRule::on(Endpoint::Submit, Fault::status(503));
        assert_eq!(rule("submit:503-accepted"), Ok(unavailable.with_effect()));
        assert_eq!(
            rule("status:unfinished-state=pending,always"),
            Ok(FaultRule::on(
                Endpoint::Status,
                Fault::UnfinishedState("pending".to_owned())
            )
            .always())
        );
        assert_eq!(
            rule("catalogue:total=7"),
            Ok(FaultRule::on(Endpoint::Catalogue, Fault::CatalogueTotal(7)))
        );
        for invalid in [
            "submit:half-accepted",
            "submit:reset-before-accepted",
            "catalogue:total=x",
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
        assert!(args.schemas.is_empty());
        assert!(Args::try_parse_from(["runcomfy-sandbox", "--fault", "submit:nonsense"]).is_err());
        assert!(Args::try_parse_from(["runcomfy-sandbox", "--queued", "-1"]).is_err());
    }

    #[test]
    fn quotes_are_escaped_for_the_shell() {
        assert_eq!(quote("girl's"), r"'girl'\''s'");
    }
}
