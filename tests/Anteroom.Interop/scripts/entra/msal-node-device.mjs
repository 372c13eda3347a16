// @azure/msal-node on a device without a browser: a person types its code elsewhere.
import { PublicClientApplication } from "@azure/msal-node";
import { answer, input, step } from "../api.mjs";
import { Browser, walk } from "../browser.mjs";
import { pass, refused } from "./stage.mjs";

const application = new PublicClientApplication({
  auth: { clientId: input.clientId, authority: input.authority, knownAuthorities: [input.knownAuthority] },
});
let told;

step("asks for a code");
const tokens = await application.acquireTokenByDeviceCode({
  scopes: ["User.Read"],
  deviceCodeCallback: async (device) => {
    told = device;
    step(`a person types ${device.userCode} at ${device.verificationUri}`);
    const { page } = await walk(new Browser(), device.verificationUri, { ...input.person, userCode: device.userCode });
    step(`they end on: ${page.text.slice(0, 160)}`);
  },
});

step("refreshes an expired token");
await pass(2);
const refreshed = await application.acquireTokenSilent({ scopes: ["User.Read"], account: tokens.account });

step("somebody declines");
const declined = await refused(
  application.acquireTokenByDeviceCode({
    scopes: ["User.Read"],
    deviceCodeCallback: (device) => walk(new Browser(), device.verificationUri, { ...input.person, userCode: device.userCode, device: "cancel" }),
  }),
);

answer({ userName: tokens.account.username, scopes: tokens.scopes, message: told.message, interval: told.interval, fromCache: refreshed.fromCache, declined });
