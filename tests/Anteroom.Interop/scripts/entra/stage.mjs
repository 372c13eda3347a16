// What the scripts for Entra's clients share: the claims of a token, the emulator's clock and its control API.
import { input } from "../api.mjs";

/** Claims without verification: what a client of the library would show. */
export const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());

export async function control(method, path, body) {
  const response = await fetch(`${input.control}/${path}`, { method, headers: body && { "content-type": "application/json" }, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
  return text && JSON.parse(text);
}

const RealDate = Date;

/** Time passes, for the library in this process and for the emulator. */
export async function pass(hours) {
  const now = () => RealDate.now() + hours * 3_600_000;
  globalThis.Date = class extends RealDate {
    constructor(...parts) {
      super(...(parts.length ? parts : [now()]));
    }
    static now = now;
  };
  await control("PATCH", "settings", { clockOffsetSeconds: hours * 3_600 });
}

/** How a library of Microsoft names a refusal: OAuth error, AADSTS number, class. */
export const refused = async (promise) => {
  try {
    await promise;
    return { error: "accepted" };
  } catch (error) {
    return {
      error: error.errorCode ?? error.error ?? error.code ?? error.message,
      suberror: error.subError || error.cause?.suberror || null,
      aadsts: Number(/AADSTS(\d+)/.exec(error.errorMessage ?? error.error_description ?? error.message)?.[1] ?? 0),
      kind: error.name,
      message: error.errorMessage ?? error.message,
    };
  }
};
