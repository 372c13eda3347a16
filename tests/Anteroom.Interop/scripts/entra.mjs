// The Entra emulator as a stage: its control API, and app registrations made there.
import { input } from "./api.mjs";

/** The emulator's control API. */
export async function control(method, path, body) {
  const response = await fetch(`${input.emulator}/_emulator${path}`, {
    method,
    headers: body && { "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${answer}`);
  return answer && JSON.parse(answer);
}

/** An app registration with a secret; `properties` as Graph names them. */
export async function registerInEntra(properties) {
  const application = await control("POST", `/tenants/${input.tenant}/applications`, { displayName: `Interop ${process.pid}`, ...properties });
  const secret = await control("POST", `/applications/${application.appId}/secrets`, { displayName: "interop" });
  return { ...application, secret: secret.secretText };
}
