// The input of a script, its answer, and the management API.
import { text } from "node:stream/consumers";

export const input = JSON.parse(await text(process.stdin));

export async function api(method, path, body) {
  const response = await fetch(input.api + path, {
    method,
    headers: { authorization: `Bearer ${input.apiKey}`, ...(body && { "content-type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${answer}`);
  return answer && JSON.parse(answer);
}

let applications = 0;

/** A relying party of our own, registered as an operator would. */
export async function register(properties) {
  const origin = `https://relying-party-${process.pid}-${++applications}.example`;
  const application = await api("POST", "/applications", {
    name: `Relying party ${process.pid}-${applications}`,
    protocol: "oidc",
    redirectUris: [`${origin}/callback`],
    postLogoutRedirectUris: [`${origin}/signed-out`],
    clientKind: "confidential",
    ...properties,
  });
  return { ...application, redirectUri: `${origin}/callback`, signedOutUri: `${origin}/signed-out` };
}

/** One line for each step, on the channel that is shown when the script fails. */
export const step = (words) => process.stderr.write(`- ${words}\n`);

export const answer = (result) => process.stdout.write(JSON.stringify(result));

/** The code by which a library names why it refused, wherever it keeps it. */
export const refusal = async (promise) => {
  try {
    await promise;
    return "accepted";
  } catch (error) {
    return error.error ?? error.code ?? error.message;
  }
};
