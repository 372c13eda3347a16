// @azure/msal-node as a program on a desktop: its own loopback listener, a browser, no secret.
import { PublicClientApplication } from "@azure/msal-node";
import { answer, input, step } from "../api.mjs";
import { Browser, walk } from "../browser.mjs";
import { pass } from "./stage.mjs";

const application = new PublicClientApplication({
  auth: { clientId: input.clientId, authority: input.authority, knownAuthorities: [input.knownAuthority] },
});

step("opens a browser and listens on loopback");
const tokens = await application.acquireTokenInteractive({
  scopes: ["User.Read"],
  openBrowser: async (url) => {
    const { page } = await walk(new Browser(), url, input.person);
    step(`the browser ends on ${new URL(page.url).origin}: ${page.text.slice(0, 200)}`);
  },
  successTemplate: "<p>You may close this window.</p>",
});

step("refreshes without a secret");
await pass(2);
const refreshed = await application.acquireTokenSilent({ scopes: ["User.Read"], account: tokens.account });

answer({ userName: tokens.account.username, scopes: tokens.scopes, fromCache: refreshed.fromCache, rotated: refreshed.accessToken !== tokens.accessToken });
