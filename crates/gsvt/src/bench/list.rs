//! The public list as readers load it, beside nginx serving the same bytes.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};
use servers::Supervised;

use super::{Plan, report::Line, system::System};
use crate::load;

const NAME: &str = "list_c64";
const READERS: usize = 64;
const NGINX: &str = "/usr/sbin/nginx";
const LOOK_EVERY: Duration = Duration::from_millis(20);
const READY_WITHIN: u32 = 250;

pub async fn measure(plan: &Plan, system: &System) -> Result<Line> {
    if !PathBuf::from(NGINX).exists() {
        return Ok(Line::not_run(NAME, "1/s", "nginx is not installed; deploy/setup --bench installs it"));
    }
    let gateway: SocketAddr = system.env.text("GATEWAY_HTTP")?.parse().context("GATEWAY_HTTP is no address")?;
    let page = load::get(gateway, "/").await?;
    let nginx = Nginx::start(system, &page).await?;
    let time = Duration::from_secs(plan.seconds);
    let ours = load::answers_per_second(gateway, "/", READERS, time).await?;
    let baseline = load::answers_per_second(nginx.address, "/index.html", READERS, time).await?;
    Ok(Line::at_least(NAME, "1/s", ours, baseline))
}

/// Two workers that serve one file and write no log.
struct Nginx {
    address: SocketAddr,
    _process: Supervised,
}

impl Nginx {
    async fn start(system: &System, page: &[u8]) -> Result<Self> {
        let folder = system.scratch("nginx");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("index.html"), page)?;
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let here = folder.display();
        let config = format!(
            "daemon off; master_process on; worker_processes 2; pid {here}/pid; error_log stderr crit; user root;
             events {{ worker_connections 1024; }}
             http {{ access_log off; keepalive_requests 1000000; types {{ text/html html; }} sendfile on; tcp_nopush on;
                 client_body_temp_path {here}/body; proxy_temp_path {here}/proxy; fastcgi_temp_path {here}/fastcgi;
                 uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi; open_file_cache max=8;
                 server {{ listen {address}; root {here}; }} }}"
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, config)?;
        let mut command = std::process::Command::new(NGINX);
        command.arg("-c").arg(&file).arg("-p").arg(&folder);
        let nginx = Self { address, _process: Supervised::start(command, None).context("nginx does not start")? };
        for _ in 0..READY_WITHIN {
            if load::get(address, "/index.html").await.is_ok() {
                return Ok(nginx);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        anyhow::bail!("nginx does not answer")
    }
}
