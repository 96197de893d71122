// wordpress.mjs - a browser visits the WordPress example.
//
//   node wordpress.mjs install URL TITLE   installs the site, logs in, publishes a post with that title
//   node wordpress.mjs read URL TITLE      fails unless the front page has that post and the post its text
//   node wordpress.mjs admin URL TITLE     logs in and fails unless the list of posts has it
//
// Needs playwright-core (npm ci in this directory) and a Chromium: $CHROMIUM, or "chromium" on PATH.

import { chromium } from "playwright-core";
import { execFileSync } from "node:child_process";

const [mode, url, title] = process.argv.slice(2);
const user = "editor";
const password = process.env.WORDPRESS_ADMIN_PASSWORD ?? "Correct-Horse-Battery-9";
const text = `The text of ${title}.`;

async function expectText(locator, wanted) {
  await locator.waitFor();
  const got = await locator.innerText();
  if (!got.includes(wanted)) throw new Error(`${locator}: want "${wanted}", got "${got}"`);
}

async function logIn(page) {
  await page.goto(`${url}/wp-login.php`);
  await page.fill("#user_login", user);
  await page.fill("#user_pass", password);
  await page.click("#wp-submit");
  await page.waitForURL("**/wp-admin/**");
}

const modes = {
  async install(page) {
    await page.goto(`${url}/wp-admin/install.php`);
    // A site with several languages asks for one first.
    const language = page.locator("#language-continue");
    if (await language.count()) await language.click();
    await page.fill("#weblog_title", "Example of Perry");
    await page.fill("#user_login", user);
    await page.fill("#pass1", password);
    await page.fill("#admin_email", "editor@example.org");
    await page.click("#submit");
    await expectText(page.locator("h1").last(), "Success");
    await logIn(page);
    // The editor's own interface, with the session that the log-in has given to this browser.
    const made = await page.evaluate(async ([title, text]) => {
      const nonce = await (await fetch("/wp-admin/admin-ajax.php?action=rest-nonce")).text();
      const answer = await fetch("/?rest_route=/wp/v2/posts", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-WP-Nonce": nonce },
        body: JSON.stringify({ title, content: text, status: "publish" }),
      });
      return { status: answer.status, body: await answer.text() };
    }, [title, text]);
    if (made.status !== 201) throw new Error(`the post: ${made.status} ${made.body.slice(0, 300)}`);
    await modes.read(page);
  },

  async read(page) {
    await page.goto(`${url}/`);
    await page.getByRole("link", { name: title, exact: true }).first().click();
    await expectText(page.locator("main, body").first(), text);
  },

  async admin(page) {
    await logIn(page);
    await page.goto(`${url}/wp-admin/edit.php`);
    await expectText(page.locator("#the-list"), title);
  },
};

if (!(mode in modes) || !title) {
  console.error("usage: node wordpress.mjs install|read|admin URL TITLE");
  process.exit(2);
}
const executablePath = process.env.CHROMIUM ?? execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(30000);
  await modes[mode](page);
  console.log(`${mode}: ok`);
} catch (error) {
  const page = browser.contexts()[0]?.pages()[0];
  console.error(`${mode}: ${error.message}`);
  if (page) console.error(`at ${page.url()}:\n${(await page.locator("body").innerText().catch(() => "")).slice(0, 1000)}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
