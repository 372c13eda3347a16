// A browser without script: cookies, redirects one at a time, forms. Enough to be the person in front of a sign-in.

const MOST_STEPS = 40;

const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const decode = (text) =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(+decimal) : (entities[name] ?? whole),
  );

const attributes = (tag) =>
  Object.fromEntries([...tag.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)].slice(1).map((m) => [m[1].toLowerCase(), decode(m[2] ?? m[3] ?? m[4] ?? "")]));

export class Page {
  constructor(url, status, html, refresh) {
    Object.assign(this, { url, status, html, refresh });
  }

  get text() {
    return decode(this.html.replace(/<(script|style)[\s\S]*?<\/\1>/g, " ").replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ").trim();
  }

  get frames() {
    return [...this.html.matchAll(/<iframe\b[^>]*>/gi)].map((m) => new URL(attributes(m[0]).src, this.url).href);
  }

  /** The first form: where it goes and what it carries. Buttons count only when the caller names them. */
  get form() {
    const found = /<form\b[^>]*>([\s\S]*?)<\/form>/i.exec(this.html);
    if (!found) return null;
    const { action = "", method = "get" } = attributes(/<form\b[^>]*>/i.exec(found[0])[0]);
    const inputs = [...found[1].matchAll(/<input\b[^>]*>/gi)].map((m) => attributes(m[0])).filter((i) => i.name && i.type !== "submit");
    return { action: new URL(action, this.url).href, method: method.toLowerCase(), fields: Object.fromEntries(inputs.map((i) => [i.name, i.value ?? ""])) };
  }

  has(field) {
    return new RegExp(`<(input|button)\\b[^>]*\\bname="${field}"`).test(this.html);
  }
}

export class Browser {
  #cookies = [];

  async open(url, { method = "GET", body } = {}) {
    const address = new URL(url);
    const cookie = this.#cookies
      .filter((c) => c.host === address.hostname && address.pathname.startsWith(c.path))
      .map((c) => `${c.name}=${c.value}`)
      .join("; ");
    const response = await fetch(address, {
      method,
      body,
      redirect: "manual",
      headers: { ...(cookie && { cookie }), accept: "text/html", ...(method === "POST" && { origin: address.origin }) },
    });
    for (const line of response.headers.getSetCookie()) this.#keep(address, line);
    const location = response.headers.get("location");
    if (location && response.status >= 300 && response.status < 400) {
      await response.arrayBuffer();
      return { redirect: new URL(location, address).href };
    }
    const refresh = /url=(.+)$/i.exec(response.headers.get("refresh") ?? "")?.[1];
    return { page: new Page(address.href, response.status, await response.text(), refresh) };
  }

  async submit(form, fields) {
    const data = new URLSearchParams({ ...form.fields, ...fields });
    return form.method === "post" ? this.open(form.action, { method: "POST", body: data }) : this.open(`${form.action}?${data}`);
  }

  /** Follows redirects; stops at a page, or before it would leave for an address that begins with `stopAt`. */
  async follow(step, stopAt) {
    for (let i = 0; i < MOST_STEPS; i++) {
      const { redirect, page } = await step;
      if (page) return { page };
      if (stopAt && redirect.startsWith(stopAt)) return { left: redirect };
      step = this.open(redirect);
    }
    throw new Error("Too many redirects.");
  }

  #keep(address, line) {
    const [pair, ...flags] = line.split(";").map((part) => part.trim());
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    const flag = (key) => flags.find((f) => f.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const path = flag("path") ?? "/";
    this.#cookies = this.#cookies.filter((c) => !(c.host === address.hostname && c.name === name && c.path === path));
    const gone = flag("max-age") === "0" || (flag("expires") && new Date(flag("expires")) <= new Date());
    if (!gone) this.#cookies.push({ host: address.hostname, path, name, value });
  }
}

/** What a person answers to each page of the server, of Entra and of oidc-provider; ends at the application. */
const answers = [
  [(page) => page.has("identifier"), (person) => ({ identifier: person.companyCode })],
  [(page) => page.has("passwd"), (person) => ({ passwd: person.password, step: "password" })],
  [(page) => page.has("loginfmt"), (person) => ({ loginfmt: person.userName, step: "username" })],
  [(page) => page.has("otc"), (person) => ({ otc: person.userCode })],
  [(page) => page.has("answer") && /value="device"/.test(page.html), (person) => ({ answer: person.device ?? "continue" })],
  [(page) => page.has("answer") && /value="stay"/.test(page.html), () => ({ answer: "no" })],
  [(page) => page.has("answer") && /value="consent"/.test(page.html), () => ({ answer: "accept" })],
  [(page) => page.has("user_code"), () => ({})], // a link has filled it in
  [(page) => page.has("answer") && /value="another"/.test(page.html), (person) => ({ answer: person.device ?? "yes" })],
  [(page) => page.has("account"), (person) => ({ account: person.objectId })],
  [(page) => page.has("login"), (person) => ({ login: person.userName, password: person.password })],
  [(page) => /name="prompt" value="consent"/.test(page.html), () => ({})],
];

export async function walk(browser, url, person, stopAt) {
  let step = browser.open(url);
  const titles = [];
  for (let i = 0; i < MOST_STEPS; i++) {
    const { page, left } = await browser.follow(step, stopAt);
    if (left) return { left, titles };
    if (page.refresh) {
      // A signed-out page: its frames tell the applications, then it goes on by itself.
      for (const frame of page.frames) await browser.open(frame);
      step = Promise.resolve({ redirect: new URL(page.refresh, page.url).href });
      continue;
    }
    if (/<form\b[^>]*\bname="hiddenform"/.test(page.html) && !(stopAt && page.form.action.startsWith(stopAt))) {
      step = browser.submit(page.form, {}); // an answer by form_post, which the page's script sends
      continue;
    }
    titles.push(page.text.slice(0, 60));
    const [, answer] = answers.find(([fits]) => page.form && fits(page)) ?? [];
    if (!answer) return { page, titles };
    step = browser.submit(page.form, answer(person));
  }
  throw new Error(`The sign-in does not end: ${titles.join(" > ")}`);
}

/** Signs in and returns the address to which the application would have been called back. */
export async function signIn(browser, url, person, stopAt) {
  const { left, page } = await walk(browser, url, person, stopAt);
  if (!left) throw new Error(`The sign-in ended on ${page.url} (${page.status}): ${page.text}`);
  return new URL(left);
}
