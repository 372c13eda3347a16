// npm oidc-provider in the emulator's place: a connection of kind oidc, from registration to a user.
import { createServer } from "node:http";
import Provider from "oidc-provider";
import * as client from "openid-client";
import { answer, api, input, register } from "./api.mjs";
import { Browser, signIn } from "./browser.mjs";

const issuer = `http://localhost:${input.providerPort}`;
const secret = "a secret between the two of them, long enough";
const listen = (clients) =>
  new Provider(issuer, {
    clients,
    claims: { openid: ["sub"], profile: ["name", "given_name", "family_name", "preferred_username"], email: ["email"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: "Perla Provider", given_name: "Perla", family_name: "Provider", preferred_username: `${id}@provider.example`, email: `${id}@provider.example` }),
    }),
  }).callback();

let handle = listen([]);
const provider = createServer((request, response) => handle(request, response));
await new Promise((listening) => provider.listen(input.providerPort, "localhost", listening));

const slug = `provider-${process.pid}`;
const organization = await api("POST", "/organizations", { slug, name: "Provider House" });
const connection = await api("POST", `/organizations/${slug}/connections`, {
  name: "oidc-provider",
  kind: "oidc",
  authority: issuer,
  registration: "own",
  clientKind: "confidential",
  responseMode: "code",
  callbackStyle: "connection",
  clientId: "anteroom",
  clientSecret: secret,
  authorizedDomains: [],
  provisioning: "create",
  defaultRole: "member",
  claimMappings: [],
  roleMappings: [],
});
handle = listen([{ client_id: "anteroom", client_secret: secret, redirect_uris: [connection.redirectUri], post_logout_redirect_uris: [connection.redirectUri] }]);
await api("POST", `/organizations/${slug}/connections/${connection.id}/activate`, { withoutTest: "interoperability test" });

const application = await register({});
const config = await client.discovery(new URL(input.issuer), application.clientId, application.clientSecret, client.ClientSecretBasic(application.clientSecret));
const person = { companyCode: organization.companyCode, userName: "perla", password: "any" };

async function arrive() {
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: application.redirectUri,
    scope: "openid profile email",
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const callback = await signIn(new Browser(), url.href, person, application.redirectUri);
  return (await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier: verifier, idTokenExpected: true })).claims();
}

const first = await arrive();
const second = await arrive(); // in another browser: the same person, the same account
const users = await api("GET", `/organizations/${slug}/users`);
provider.close();
provider.closeAllConnections();

answer({ issuer, first, sameAccount: first.sub === second.sub, users: users.items });
