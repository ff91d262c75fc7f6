//! Chromium as people have it: a phone without script, a desk, dark, enlarged. One chromedriver for the whole run, a profile per browser.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, OnceLock},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator, elements::Element};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use system::{
    proxy::Proxy,
    world::{WATCHDOG, World},
};

/// Long enough for two busy cores.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// axe looks at a long page for seconds, on a crowded machine for many.
const SCRIPT_MS: u64 = 120_000;
/// The pauses between tries add up to seconds.
const SIGN_IN_TRIES: usize = 20;

const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// How somebody looks at a page. Sizes are CSS pixels.
#[derive(Debug, Clone, Copy)]
pub struct View {
    pub name: &'static str,
    pub width: u32,
    pub height: u32,
    pub scale: f32,
    pub scheme: &'static str,
}

pub const PHONE: View = View { name: "phone", width: 360, height: 740, scale: 1.0, scheme: "light" };
pub const DESK: View = View { name: "desk", width: 1280, height: 900, scale: 1.0, scheme: "light" };
pub const DARK_DESK: View = View { name: "dark", scheme: "dark", ..DESK };
/// A desk at 200 %: half as wide for the page, each of its pixels twice as large.
pub const ENLARGED: View = View { name: "enlarged", width: 640, height: 450, scale: 2.0, ..DESK };

/// A browser with a profile of its own, at one system.
pub struct Browser {
    pub client: Client,
    url: String,
    session: String,
    profile: Arc<TempDir>,
}

impl Browser {
    pub async fn open(world: &World, view: View) -> Self {
        Self::start(world, view, json!({}), &[]).await
    }

    /// At the end of a wire of the test's own.
    pub async fn over(wire: &Proxy, view: View) -> Self {
        Self::start_on(Arc::new(testing::folder().unwrap()), &wire.url(), view, json!({}), &[]).await
    }

    /// Its camera sees the film (YUV4MPEG2) for ever, and the person allowed its use.
    pub async fn with_camera(world: &World, view: View, film: &Path) -> Self {
        let film = format!("--use-file-for-fake-video-capture={}", film.display());
        Self::start(world, view, json!({}), &["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", &film]).await
    }

    pub async fn without_script(world: &World, view: View) -> Self {
        Self::start(world, view, json!({"profile.managed_default_content_settings.javascript": 2}), &[]).await
    }

    pub async fn signed_in(world: &World, login: &str, view: View) -> Self {
        let browser = Self::open(world, view).await;
        browser.sign_in(world, login).await;
        browser
    }

    pub async fn sign_in(&self, world: &World, login: &str) {
        self.go("/sign-in").await;
        self.fill("#login", login).await;
        self.fill("#password", &world.logins[login]).await;
        self.press("main form .btn.main").await;
        // Tests sign in as one officer from one address: who comes too soon is told to wait, and presses again.
        for _ in 0..SIGN_IN_TRIES {
            self.wait_for(".who, .errors").await;
            if self.client.find(Locator::Css(".who")).await.is_ok() {
                return;
            }
            self.fill("#password", &world.logins[login]).await;
            self.press("main form .btn.main").await;
        }
        self.wait_for(".who").await;
    }

    /// Closes the browser and opens it again, with what it kept on the device: not the session.
    pub async fn restarted(self, world: &World, view: View) -> Self {
        let profile = Arc::clone(&self.profile);
        self.client.clone().close().await.unwrap();
        drop(self);
        Self::start_on(profile, &world.url, view, json!({}), &[]).await
    }

    async fn start(world: &World, view: View, settings: Value, more: &[&str]) -> Self {
        Self::start_on(Arc::new(testing::folder().unwrap()), &world.url, view, settings, more).await
    }

    async fn start_on(profile: Arc<TempDir>, url: &str, view: View, settings: Value, more: &[&str]) -> Self {
        let mut arguments: Vec<String> = ARGUMENTS.map(str::to_owned).into();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
        let options = json!({"args": arguments, "prefs": settings});
        let capabilities = json!({"browserName": "chrome", "timeouts": {"script": SCRIPT_MS}, "goog:chromeOptions": options});
        let driver = driver().await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities.as_object().unwrap().clone()).connect(driver).await.unwrap();
        let session = format!("{driver}/session/{}", client.session_id().await.unwrap().unwrap());
        let browser = Self { client, url: url.to_owned(), session, profile };
        browser.look(view).await;
        browser
    }

    /// Looks at the page in another way.
    pub async fn look(&self, view: View) {
        let size = json!({"width": view.width, "height": view.height, "deviceScaleFactor": view.scale, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", &size).await;
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": view.scheme}]});
        self.command("Emulation.setEmulatedMedia", &media).await;
    }

    /// The device knows where it is, degrees in WGS 84, and its owner lets pages ask.
    pub async fn stand_at(&self, latitude: f64, longitude: f64) {
        self.command("Browser.grantPermissions", &json!({"origin": self.url, "permissions": ["geolocation"]})).await;
        self.command("Emulation.setGeolocationOverride", &json!({"latitude": latitude, "longitude": longitude, "accuracy": 10})).await;
    }

    async fn command(&self, name: &str, parameters: &Value) {
        let request = reqwest::Client::builder().no_proxy().build().unwrap().post(format!("{}/goog/cdp/execute", self.session));
        let answer = request.json(&json!({"cmd": name, "params": parameters})).send().await.unwrap();
        assert!(answer.status().is_success(), "{name}: {}", answer.text().await.unwrap());
    }

    pub async fn go(&self, path: &str) {
        self.client.goto(&format!("{}{path}", self.url)).await.unwrap();
    }

    /// The status with which the page that is shown was answered.
    pub async fn status(&self) -> u64 {
        self.value("performance.getEntriesByType('navigation')[0].responseStatus").await.as_u64().unwrap()
    }

    /// The path of the page that is shown, without what comes after it.
    pub async fn path(&self) -> String {
        self.client.current_url().await.unwrap().path().to_owned()
    }

    /// What a selector finds, CSS or, beginning with `//`, XPath.
    pub async fn wait_for(&self, selector: &str) -> Element {
        let locator = if selector.starts_with("//") { Locator::XPath(selector) } else { Locator::Css(selector) };
        let found = self.client.wait().at_most(PATIENCE).for_element(locator).await;
        match found {
            Ok(element) => element,
            Err(error) => panic!("no {selector} on {}: {error}\n{}", self.path().await, self.text("body").await),
        }
    }

    /// What a person reads there.
    pub async fn text(&self, css: &str) -> String {
        self.client.find(Locator::Css(css)).await.unwrap().text().await.unwrap()
    }

    /// Keeps a picture of the page in the folder that `GSVT_PICTURES` names, for people to look at.
    pub async fn keep_picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("GSVT_PICTURES") else { return };
        let page: String =
            self.path().await.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).take(24).collect();
        let picture = self.client.screenshot().await.unwrap();
        std::fs::write(Path::new(&folder).join(format!("page{page}-{name}.png")), picture).unwrap();
    }

    pub async fn fill(&self, css: &str, text: &str) {
        self.wait_for(css).await.send_keys(text).await.unwrap();
    }

    /// Puts a value where keys depend on the language of the browser, as in a box for a time.
    pub async fn set(&self, css: &str, value: &str) {
        let element = self.wait_for(css).await;
        self.client.execute("arguments[0].value = arguments[1]", vec![json!(element), json!(value)]).await.unwrap();
    }

    pub async fn choose(&self, css: &str, value: &str) {
        self.wait_for(css).await.select_by_value(value).await.unwrap();
    }

    pub async fn press(&self, css: &str) {
        let element = self.wait_for(css).await;
        // Into view first, as a person would: the page's dock may cover it.
        self.client.execute("arguments[0].scrollIntoView({block: 'center'})", vec![json!(element)]).await.unwrap();
        element.click().await.unwrap();
    }

    /// Presses keys one after the other wherever the focus is; how many it were.
    pub async fn type_keys(&self, keys: impl IntoIterator<Item = char>) -> usize {
        let mut pressed = 0;
        for key in keys {
            self.client.active_element().await.unwrap().send_keys(&key.to_string()).await.unwrap();
            pressed += 1;
        }
        pressed
    }

    /// The value of a piece of JavaScript, which runs even where the page's own may not.
    pub async fn value(&self, script: &str) -> Value {
        self.client.execute(&format!("return {script}"), Vec::new()).await.unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let request = reqwest::Client::builder().no_proxy().build().unwrap().delete(&self.session);
        // The test's runtime may be ending: the farewell gets one of its own.
        let farewell = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(request.send())
        });
        let _ = farewell.join();
    }
}

static DRIVER: OnceLock<(String, Child)> = OnceLock::new();

/// The address of this run's chromedriver.
async fn driver() -> &'static str {
    tokio::task::spawn_blocking(|| DRIVER.get_or_init(start_driver).0.as_str()).await.unwrap()
}

fn start_driver() -> (String, Child) {
    let mut process = Command::new("/bin/sh")
        .args(["-c", WATCHDOG, "watchdog", "", "chromedriver", "--port=0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let started = BufReader::new(process.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .find_map(|line| line.split_once("successfully on port ").map(|(_, port)| port.trim_end_matches('.').to_owned()));
    let port = started.expect("chromedriver, which `deploy/setup --tests` installs");
    (format!("http://127.0.0.1:{port}"), process)
}
