// @azure/msal-node in two places: a program signs a person in for an API, and the API calls Graph for that person.
import { ConfidentialClientApplication, PublicClientApplication } from "@azure/msal-node";
import { answer, input, step } from "../api.mjs";
import { Browser, walk } from "../browser.mjs";
import { claims, refused } from "./stage.mjs";

const told = { authority: input.authority, knownAuthorities: [input.knownAuthority] };
const program = new PublicClientApplication({ auth: { ...told, clientId: input.clientId } });
const api = new ConfidentialClientApplication({ auth: { ...told, clientId: input.apiId, clientSecret: input.apiSecret } });

step("the program gets a token for the API");
const forApi = await program.acquireTokenInteractive({
  scopes: [input.apiScope],
  openBrowser: (url) => walk(new Browser(), url, input.person),
});

step("the API gets a token for Graph on behalf of the person");
const scopes = ["https://graph.microsoft.com/User.Read"];
const forGraph = await api.acquireTokenOnBehalfOf({ oboAssertion: forApi.accessToken, scopes });

step("the API takes it from its cache the next time");
const again = await api.acquireTokenOnBehalfOf({ oboAssertion: forApi.accessToken, scopes });

step("the API is given a token that is not for it");
const notForIt = await refused(api.acquireTokenOnBehalfOf({ oboAssertion: forGraph.accessToken, scopes }));

answer({ api: claims(forApi.accessToken), graph: claims(forGraph.accessToken), account: forGraph.account.username, cached: again.fromCache, notForIt });
