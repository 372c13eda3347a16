// @microsoft/microsoft-graph-client with its page iterator and its batch builder, on tokens of @azure/msal-node.
import { ConfidentialClientApplication } from "@azure/msal-node";
import graphClient from "@microsoft/microsoft-graph-client";
import { answer, input, step } from "../api.mjs";

const { BatchRequestContent, BatchResponseContent, Client, PageIterator } = graphClient;
const application = new ConfidentialClientApplication({
  auth: { clientId: input.clientId, clientSecret: input.clientSecret, authority: input.authority, knownAuthorities: [input.knownAuthority] },
});
const client = Client.initWithMiddleware({
  authProvider: {
    getAccessToken: async () => (await application.acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"] })).accessToken,
  },
  baseUrl: `${input.host}/graph/`,
  customHosts: new Set(["localhost"]),
});
const failed = async (promise) => {
  try {
    await promise;
    return { status: 200 };
  } catch (error) {
    return { status: error.statusCode, code: error.code, requestId: error.requestId };
  }
};

step("walks through all users, page by page");
const names = [];
let pages = 0;
const first = await client.api("/users").select("id,userPrincipalName,displayName").top(20).get();
const iterator = new PageIterator(client, first, (user) => names.push(user.userPrincipalName) > 0);
const nextLink = first["@odata.nextLink"];
for (let page = first; page; page = page["@odata.nextLink"] ? await client.api(page["@odata.nextLink"]).get() : null) pages++;
await iterator.iterate();

step("filters, counts and searches");
const filtered = await client.api("/users").filter(`userPrincipalName eq '${input.person.userName}'`).get();
const counted = await client.api("/users").header("ConsistencyLevel", "eventual").count(true).top(1).get();
const searched = await client.api("/users").header("ConsistencyLevel", "eventual").search('"displayName:Mira"').get();

step("reads one user, and one who does not exist");
const one = await client.api(`/users/${input.person.userName}`).select("id,displayName").get();
const nobody = await failed(client.api("/users/00000000-0000-0000-0000-000000000001").get());

step("asks for several things at once");
// The library keeps the path behind the host, and a batch names resources without the version.
const batch = new BatchRequestContent([
  { id: "1", request: new Request(`https://graph.microsoft.com/users/${input.person.objectId}`, { method: "GET" }) },
  { id: "2", request: new Request("https://graph.microsoft.com/organization", { method: "GET" }) },
]);
const answers = new BatchResponseContent(await client.api("/$batch").post(await batch.getContent()));
const [user, organization] = await Promise.all(["1", "2"].map(async (id) => answers.getResponseById(id).json()));

step("does what it has no permission for");
const forbidden = await failed(client.api("/users").post({ accountEnabled: true, displayName: "No", mailNickname: "no", userPrincipalName: `no@contoso.example`, passwordProfile: { password: "Correct horse 8 battery" } }));

answer({
  names,
  pages,
  firstPage: first.value.length,
  nextLink,
  filtered: filtered.value.map((found) => found.id),
  count: counted["@odata.count"],
  searched: searched.value.map((found) => found.displayName),
  one,
  nobody,
  batch: { user: user.displayName, organization: organization.value[0].id },
  forbidden,
});
