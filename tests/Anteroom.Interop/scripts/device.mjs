// npm openid-client on a device without a browser: codes, questions, tokens (RFC 8628).
import * as client from "openid-client";
import { answer, input, refusal, register } from "./api.mjs";
import { Browser, walk } from "./browser.mjs";

const type = "urn:ietf:params:oauth:grant-type:device_code";
const application = await register({ clientKind: "native", grantTypes: [type, "refresh_token"], redirectUris: [], postLogoutRedirectUris: [] });
const config = await client.discovery(new URL(input.issuer), application.clientId, undefined, client.None());
client.enableNonRepudiationChecks(config);
const ask = () => client.initiateDeviceAuthorization(config, { scope: "openid profile offline_access" });
const question = (codes) => client.genericGrantRequest(config, type, { device_code: codes.device_code });

const codes = await ask();
const pending = await refusal(question(codes));
const tooSoon = await refusal(question(codes));

// The person follows the link, signs in and says yes; the device asks at its own pace.
const browser = new Browser();
const { page, titles } = await walk(browser, codes.verification_uri_complete, input.person);
const tokens = await client.pollDeviceAuthorizationGrant(config, codes);
const userInfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);

// Another device in the same browser: no sign-in is needed, the question is; and the answer is no.
const unwanted = await ask();
const refused = await walk(browser, unwanted.verification_uri_complete, { ...input.person, device: "no" });
const denied = await refusal(client.pollDeviceAuthorizationGrant(config, unwanted));

const again = await refusal(question(codes));
const afterReplay = await refusal(client.refreshTokenGrant(config, refreshed.refresh_token));

answer({
  endpoint: config.serverMetadata().device_authorization_endpoint,
  codes: { user: codes.user_code, interval: codes.interval, life: codes.expires_in },
  pending,
  tooSoon,
  titles,
  allowed: page.text,
  claims: tokens.claims(),
  userInfo,
  refreshed: { sub: refreshed.claims()?.sub ?? null, rotated: refreshed.refresh_token !== tokens.refresh_token },
  refused: { pages: refused.titles.length, text: refused.page.text },
  denied,
  again,
  afterReplay,
});
