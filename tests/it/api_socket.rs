//! The real program on a real port: it starts, answers, stops when told, and loses nothing it confirmed when killed.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rondo::planner::{PrepareOptions, Region};
use rondo::store::{SqliteStore, Store as _};
use serde_json::{Value, json};

use super::api::{DAY, book, long_ago, map};

/// A running `rondo serve`, killed when dropped.
struct Program {
    child: Child,
    address: String,
}

impl Program {
    /// Starts it on a free port and waits until it says where it is.
    fn start(folder: &Path) -> Self {
        let mut child = rondo()
            .args(["serve", "--listen", "127.0.0.1:0", "--region"])
            .arg(folder.join("map.rondo"))
            .arg("--store")
            .arg(folder.join("book.db"))
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("Rondo is at http://")
            .and_then(|rest| rest.strip_suffix('/'))
            .unwrap_or_else(|| panic!("no address in {line:?}"))
            .to_owned();
        Self { child, address }
    }

    /// Sends `request` as it is and reads until the server closes; empty when it closed before.
    fn raw(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        // A server that refuses early may close while we still write.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let body = body.map(Value::to_string).unwrap_or_default();
        let answer = self.raw(
            format!(
                "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                self.address,
                body.len()
            )
            .as_bytes(),
        );
        let status = answer
            .get(9..12)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn rondo() -> Command {
    Command::new(env!("CARGO_BIN_EXE_rondo"))
}

/// A folder with a prepared region and a filled book.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let map = map();
    Region::from_extract(map.extract(), &PrepareOptions::default(), &|_| {})
        .unwrap()
        .save(&folder.path().join("map.rondo"))
        .unwrap();
    SqliteStore::open(folder.path().join("book.db"))
        .unwrap()
        .write(&book(&map), long_ago())
        .unwrap();
    folder
}

#[test]
fn it_starts_answers_and_stops_when_told() {
    let folder = folder();
    let mut program = Program::start(folder.path());
    assert_eq!(program.ask("GET", "/ready", None).0, 200);
    let (status, meta) = program.ask("GET", "/api/v1/meta", None);
    assert_eq!((status, &meta["counts"]["accounts"]), (200, &json!(6)));
    let (status, plan) = program.ask(
        "POST",
        "/api/v1/plans/day",
        Some(&json!({"rep": "r1", "date": DAY})),
    );
    assert_eq!(status, 200, "{plan}");
    program.signal("-TERM");
    assert!(program.child.wait().unwrap().success());
}

#[test]
fn it_survives_what_no_client_should_send() {
    let folder = folder();
    let program = Program::start(folder.path());
    let endless = [b"GET /api/v1/accounts?q=".as_slice(), &vec![b'x'; 10 << 20]].concat();
    for request in [
        endless.as_slice(),
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /api/v1/visits HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /api/v1/visits HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
    ] {
        let answer = program.raw(request);
        let status = answer.get(9..12).unwrap_or_default();
        assert!(answer.is_empty() || status.starts_with('4'), "{answer:.200}");
    }
    assert_eq!(program.ask("GET", "/ready", None).0, 200);
}

/// Records outcomes and plans days until the process is killed in the middle of it; whatever was answered with 200 is
/// there afterwards.
#[test]
fn a_kill_loses_nothing_that_was_confirmed() {
    let folder = folder();
    let mut program = Program::start(folder.path());
    let killer = {
        let id = program.child.id().to_string();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(1_500));
            Command::new("kill").args(["-9", &id]).status().unwrap();
        })
    };
    let first: chrono::NaiveDate = "2026-11-30".parse().unwrap();
    let (mut visits, mut plans) = (Vec::new(), Vec::new());
    for date in first.iter_days().take(2_000) {
        let visit = json!({"account": "due", "rep": "r1", "date": date, "status": "missed"});
        let (status, answer) = program.ask("POST", "/api/v1/visits", Some(&visit));
        if status != 200 {
            break;
        }
        visits.push(answer["visit"]["id"].as_str().unwrap().to_owned());
        let plan = json!({"rep": "r2", "date": date});
        let (status, answer) = program.ask("POST", "/api/v1/plans/day", Some(&plan));
        if status != 200 {
            break;
        }
        if answer["plan"]["day_off"].is_null() {
            plans.push(date);
        }
    }
    killer.join().unwrap();
    assert!(!program.child.wait().unwrap().success());
    assert!(!visits.is_empty() && !plans.is_empty());
    let program = Program::start(folder.path());
    let (_, kept) = program.ask("GET", "/api/v1/visits?account=due&from=2026-11-30", None);
    let kept: Vec<&str> = kept["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["id"].as_str().unwrap())
        .collect();
    for id in &visits {
        assert!(kept.contains(&id.as_str()), "{id} was confirmed");
    }
    for date in plans {
        let path = format!("/api/v1/plans/day?rep=r2&date={date}");
        assert_eq!(program.ask("GET", &path, None).0, 200, "{date}");
    }
}

#[test]
fn failures_are_one_line_and_a_status() {
    let run = |args: &[&str]| {
        let output = rondo().args(args).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), said)
    };
    let (status, said) = run(&["serve", "--region", "none.rondo", "--listen", "0.0.0.0:0"]);
    assert_eq!((status, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("--token-file"), "{said}");
    let missing = std::env::temp_dir().join("rondo-no-such-region.rondo");
    let store = tempfile::tempdir().unwrap();
    let (status, said) = run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--region",
        missing.to_str().unwrap(),
        "--store",
        store.path().join("s.db").to_str().unwrap(),
    ]);
    assert_eq!((status, said.lines().count()), (Some(1), 1), "{said}");
    assert_eq!(run(&["serve"]).0, Some(2));
    assert_eq!(run(&["conquer"]).0, Some(2));
}
