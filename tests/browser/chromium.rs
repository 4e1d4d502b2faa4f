//! A real Chromium, driven over its own protocol by input events.
//!
//! A button is pressed with the mouse where it is drawn, so one that is covered
//! or off the screen fails. No page state is touched behind the page's back.

use base64::prelude::{BASE64_STANDARD, Engine};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;

/// How long anything may take to show.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a page is looked at while waiting.
const GLANCE: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Wire {
    waiting: Mutex<HashMap<u64, oneshot::Sender<Value>>>,
    /// What pages complained about: broken scripts, refused contents.
    complaints: Mutex<Vec<String>>,
}

/// A running browser; ends with the value.
pub(crate) struct Chromium {
    _process: Child,
    _profile: TempDir,
    wire: Arc<Wire>,
    out: mpsc::UnboundedSender<Message>,
    serial: Arc<AtomicU64>,
}

/// A page in a browser profile of its own.
pub(crate) struct Tab {
    wire: Arc<Wire>,
    out: mpsc::UnboundedSender<Message>,
    serial: Arc<AtomicU64>,
    session: String,
    /// The profile.
    context: Value,
    /// Pressed with a finger instead of a mouse.
    touch: AtomicBool,
}

impl Chromium {
    /// The browser that the run names; `None` when it names none.
    pub(crate) async fn start() -> Option<Self> {
        let program = std::env::var("LINLI_TEST_BROWSER").unwrap_or_default();
        if program.is_empty() {
            println!("no browser: set LINLI_TEST_BROWSER to a Chromium");
            return None;
        }
        let profile = tempfile::tempdir().unwrap();
        let mut process = Command::new(program)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-quic",
                "--disable-sync",
                "--disable-component-update",
            ])
            .args(["--disable-dev-shm-usage", "--disable-background-networking"])
            .arg("--remote-debugging-port=0")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines
                .next_line()
                .await
                .unwrap()
                .expect("the browser starts");
            if let Some(address) = line.strip_prefix("DevTools listening on ") {
                break address.to_owned();
            }
        };
        // Its further chatter must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let (socket, _) = tokio_tungstenite::connect_async(&address).await.unwrap();
        let (mut to, mut from) = socket.split();
        let (out, mut outgoing) = mpsc::unbounded_channel::<Message>();
        tokio::spawn(async move {
            while let Some(message) = outgoing.recv().await {
                if to.send(message).await.is_err() {
                    return;
                }
            }
        });
        let wire = Arc::new(Wire::default());
        let listening = wire.clone();
        tokio::spawn(async move {
            while let Some(Ok(message)) = from.next().await {
                let Ok(text) = message.to_text() else {
                    continue;
                };
                let Ok(value) = serde_json::from_str(text) else {
                    continue;
                };
                listening.hear(value);
            }
        });
        let serial = Arc::new(AtomicU64::new(1));
        Some(Self {
            _process: process,
            _profile: profile,
            wire,
            out,
            serial,
        })
    }

    /// A fresh profile with one page. `script` false: as if switched off.
    pub(crate) async fn tab(&self, (width, height): (u32, u32), script: bool) -> Tab {
        let mut tab = Tab {
            wire: self.wire.clone(),
            out: self.out.clone(),
            serial: self.serial.clone(),
            session: String::new(),
            context: Value::Null,
            touch: AtomicBool::new(false),
        };
        let context = tab.call("Target.createBrowserContext", json!({})).await;
        let context = context["browserContextId"].clone();
        tab.context = context.clone();
        let new = json!({"url": "about:blank", "browserContextId": context, "width": width, "height": height});
        let target = tab.call("Target.createTarget", new).await["targetId"].clone();
        let attach = json!({"targetId": target, "flatten": true});
        let session = tab.call("Target.attachToTarget", attach).await;
        session["sessionId"]
            .as_str()
            .unwrap()
            .clone_into(&mut tab.session);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            tab.call(&format!("{domain}.enable"), json!({})).await;
        }
        tab.resize((width, height)).await;
        tab.speaks("zh-CN").await;
        if !script {
            tab.call(
                "Emulation.setScriptExecutionDisabled",
                json!({"value": true}),
            )
            .await;
        }
        tab
    }

    /// What any page complained about so far.
    pub(crate) fn complaints(&self) -> Vec<String> {
        self.wire.complaints.lock().unwrap().clone()
    }
}

impl Wire {
    fn hear(&self, value: Value) {
        if let Some(id) = value["id"].as_u64() {
            if let Some(waiting) = self.waiting.lock().unwrap().remove(&id) {
                // Whoever asked may have given up.
                let _ = waiting.send(value);
            }
            return;
        }
        let complaint = match value["method"].as_str() {
            Some("Runtime.exceptionThrown") => value["params"]["exceptionDetails"].to_string(),
            Some("Runtime.consoleAPICalled") if value["params"]["type"] == "error" => {
                value["params"]["args"].to_string()
            }
            Some("Log.entryAdded") => {
                let entry = &value["params"]["entry"];
                let text = entry["text"].as_str().unwrap_or_default();
                // Refused acts are answered with such a status on purpose.
                if entry["level"] != "error" || text.starts_with("Failed to load resource") {
                    return;
                }
                text.to_owned()
            }
            _ => return,
        };
        self.complaints.lock().unwrap().push(complaint);
    }
}

impl Tab {
    async fn ask(&self, method: &str, params: Value) -> Value {
        let id = self.serial.fetch_add(1, Ordering::Relaxed);
        let mut message = json!({"id": id, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let (answer, wait) = oneshot::channel();
        self.wire.waiting.lock().unwrap().insert(id, answer);
        self.out.send(Message::text(message.to_string())).unwrap();
        let answer = tokio::time::timeout(PATIENCE, wait).await;
        answer
            .unwrap_or_else(|_| panic!("{method} is not answered"))
            .expect("the browser lives")
    }

    async fn call(&self, method: &str, params: Value) -> Value {
        let answer = self.ask(method, params).await;
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].clone()
    }

    /// The value of an expression, or `None` while the page is changing.
    async fn look(&self, expression: &str) -> Option<Value> {
        let asked = json!({"expression": expression, "returnByValue": true});
        let answer = self.ask("Runtime.evaluate", asked).await;
        let result = &answer["result"];
        (answer["error"].is_null() && result["exceptionDetails"].is_null())
            .then(|| result["result"]["value"].clone())
    }

    /// The value of an expression once it is neither null nor false.
    pub(crate) async fn until(&self, expression: &str) -> Value {
        let looking = async {
            loop {
                match self.look(expression).await {
                    Some(Value::Null | Value::Bool(false)) | None => {
                        tokio::time::sleep(GLANCE).await;
                    }
                    Some(value) => return value,
                }
            }
        };
        if let Ok(value) = tokio::time::timeout(PATIENCE, looking).await {
            return value;
        }
        panic!("never came: {expression}\non {}", self.text().await)
    }

    /// What a reader sees of the whole page.
    pub(crate) async fn text(&self) -> String {
        let text = self
            .look("location.pathname + '\\n' + document.body.innerText")
            .await;
        text.and_then(|t| t.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    pub(crate) async fn open(&self, url: &str) {
        // From elsewhere, so that an address with another `#` loads anew.
        self.call("Page.navigate", json!({"url": "about:blank"}))
            .await;
        self.call("Page.navigate", json!({"url": url})).await;
        self.until("document.readyState === 'complete' && location.protocol === 'http:'")
            .await;
    }

    /// Waits until the page shows a text.
    pub(crate) async fn sees(&self, text: &str) {
        let text = json!(text);
        self.until(&format!("document.body.innerText.includes({text})"))
            .await;
    }

    /// A telephone from here on: everything is pressed with a finger, and there is
    /// no pointer that could hover.
    pub(crate) async fn by_touch(&self) {
        let finger = json!({"enabled": true, "maxTouchPoints": 1});
        self.call("Emulation.setTouchEmulationEnabled", finger)
            .await;
        self.touch.store(true, Ordering::Relaxed);
    }

    /// Presses, with mouse or finger, the first `css` whose text contains `label`.
    pub(crate) async fn press(&self, css: &str, label: &str) {
        let place = format!(
            "(() => {{ const it = [...document.querySelectorAll({})].find((e) => e.innerText.includes({}) && e.offsetParent && !e.disabled);
               if (!it) return null;
               it.scrollIntoView({{ block: 'center', behavior: 'instant' }});
               const r = it.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;
               return it.contains(document.elementFromPoint(x, y)) ? [x, y] : null; }})()",
            json!(css),
            json!(label)
        );
        // A page that still scrolls to its end would take the press elsewhere.
        let place = format!("document.readyState === 'complete' && {place}");
        let mut at = self.until(&place).await;
        loop {
            tokio::time::sleep(GLANCE).await;
            let again = self.until(&place).await;
            if again == at {
                break;
            }
            at = again;
        }
        if self.touch.load(Ordering::Relaxed) {
            let down = json!({"type": "touchStart", "touchPoints": [{"x": at[0], "y": at[1]}]});
            self.call("Input.dispatchTouchEvent", down).await;
            let up = json!({"type": "touchEnd", "touchPoints": []});
            self.call("Input.dispatchTouchEvent", up).await;
            return;
        }
        for kind in ["mousePressed", "mouseReleased"] {
            let click =
                json!({"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", click).await;
        }
    }

    /// Puts the cursor into a field and writes.
    pub(crate) async fn write(&self, css: &str, text: &str) {
        self.press(css, "").await;
        self.until(&format!("document.activeElement.matches({})", json!(css)))
            .await;
        self.call("Input.insertText", json!({"text": text})).await;
    }

    /// Moves the focus with the Tab key until it stands on a `css` whose text
    /// contains `label`, as somebody without a mouse does.
    pub(crate) async fn focus(&self, css: &str, label: &str) {
        let there = format!(
            "(() => {{ const e = document.activeElement; return e.matches({}) && e.innerText.includes({}); }})()",
            json!(css),
            json!(label)
        );
        for _ in 0..80 {
            if self.look(&there).await == Some(Value::Bool(true)) {
                // Whoever cannot see where the focus stands is lost.
                let ring = "getComputedStyle(document.activeElement).outlineStyle !== 'none'";
                assert_eq!(self.until(ring).await, true, "{css} {label}: no ring");
                return;
            }
            self.key("Tab", 9, "").await;
        }
        panic!("Tab never reaches {css} {label}\non {}", self.text().await)
    }

    /// Puts a file into a field, as its dialogue would.
    pub(crate) async fn choose(&self, css: &str, file: &Path) {
        let root = self.call("DOM.getDocument", json!({})).await["root"]["nodeId"].clone();
        let find = json!({"nodeId": root, "selector": css});
        let node = self.call("DOM.querySelector", find).await["nodeId"].clone();
        let files = json!({"nodeId": node, "files": [file]});
        self.call("DOM.setFileInputFiles", files).await;
    }

    /// Lets pages know where the device is.
    pub(crate) async fn stands_at(&self, site: &str, lat: f64, lon: f64) {
        let allow = json!({"permissions": ["geolocation"], "origin": site, "browserContextId": self.context});
        let whole = Self {
            wire: self.wire.clone(),
            out: self.out.clone(),
            serial: self.serial.clone(),
            session: String::new(),
            context: Value::Null,
            touch: AtomicBool::new(false),
        };
        whole.call("Browser.grantPermissions", allow).await;
        let place = json!({"latitude": lat, "longitude": lon, "accuracy": 10});
        self.call("Emulation.setGeolocationOverride", place).await;
    }

    /// "light" or "dark"; nothing fades from one to the other.
    pub(crate) async fn prefers(&self, scheme: &str) {
        let scheme = json!({"name": "prefers-color-scheme", "value": scheme});
        let still = json!({"name": "prefers-reduced-motion", "value": "reduce"});
        self.call(
            "Emulation.setEmulatedMedia",
            json!({"features": [scheme, still]}),
        )
        .await;
    }

    /// "zh-CN" or "en", as the browser asks for it.
    pub(crate) async fn speaks(&self, language: &str) {
        let language = json!({"headers": {"Accept-Language": language}});
        self.call("Network.setExtraHTTPHeaders", language).await;
    }

    /// What a script of ours comes to, awaited if it is a promise; not the
    /// page's own, so its rules for scripts do not apply.
    pub(crate) async fn run(&self, script: &str) -> Value {
        let asked = json!({"expression": script, "awaitPromise": true, "returnByValue": true});
        let result = self.call("Runtime.evaluate", asked).await;
        let broken = &result["exceptionDetails"];
        assert!(broken.is_null(), "{broken}");
        result["result"]["value"].clone()
    }

    /// Gives the page another size.
    pub(crate) async fn resize(&self, size: (u32, u32)) {
        self.zoom(size, 1.0).await;
    }

    /// Gives the page a size and so many points of the screen per pixel.
    pub(crate) async fn zoom(&self, (width, height): (u32, u32), scale: f64) {
        let screen =
            json!({"width": width, "height": height, "deviceScaleFactor": scale, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", screen)
            .await;
    }

    /// Takes the network away, or gives it back.
    pub(crate) async fn offline(&self, away: bool) {
        let none = json!({"offline": away, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
        self.call("Network.emulateNetworkConditions", none).await;
    }

    /// Presses the Enter key.
    pub(crate) async fn enter(&self) {
        self.key("Enter", 13, "\r").await;
    }

    /// Presses the Escape key.
    pub(crate) async fn escape(&self) {
        self.key("Escape", 27, "").await;
    }

    /// Types into whatever has the focus.
    pub(crate) async fn types(&self, text: &str) {
        self.call("Input.insertText", json!({"text": text})).await;
    }

    async fn key(&self, key: &str, code: u32, text: &str) {
        let mut event = json!({"type": "keyDown", "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
        self.call("Input.dispatchKeyEvent", event.clone()).await;
        event["type"] = json!("keyUp");
        self.call("Input.dispatchKeyEvent", event).await;
    }

    /// What is on the screen, as PNG.
    pub(crate) async fn picture(&self, file: &Path) {
        self.call("Emulation.setScrollbarsHidden", json!({"hidden": true}))
            .await;
        let asked = json!({"format": "png"});
        let taken = self.call("Page.captureScreenshot", asked).await;
        let bytes = BASE64_STANDARD
            .decode(taken["data"].as_str().unwrap())
            .unwrap();
        std::fs::write(file, bytes).unwrap();
    }

    /// How often this page was loaded, as the page itself counts.
    pub(crate) async fn mark(&self) {
        self.until("(window.notReloaded = true)").await;
    }

    /// Whether it is still the page that was marked.
    pub(crate) async fn is_marked(&self) -> bool {
        self.look("window.notReloaded === true").await == Some(Value::Bool(true))
    }
}
