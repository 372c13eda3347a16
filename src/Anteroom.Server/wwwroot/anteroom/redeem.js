// Redeems the provider's code from this origin, as a client without a secret must, and hands over the id_token alone. The server checks it as if a stranger had sent it.
const form = document.querySelector("form[data-redeem]");
const { redeem, client, redirect, code, verifier } = form.dataset;

async function ask() {
  const answer = await fetch(redeem, {
    method: "POST",
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(20_000),
    body: new URLSearchParams({
      grant_type: "authorization_code",
      client_id: client,
      code,
      redirect_uri: redirect,
      code_verifier: verifier,
    }),
  });
  const told = await answer.json();
  if (answer.ok && typeof told.id_token === "string") return { id_token: told.id_token };
  const number = told.error_codes?.at?.(-1);
  return { error: "refused", aadsts: Number.isSafeInteger(number) ? String(number) : "" };
}

let said;
try {
  said = await ask();
} catch {
  said = { error: "unreadable" }; // a network that fails, or an answer that only another platform's client may read
}
for (const [name, value] of Object.entries(said)) form.elements[name].value = value;
form.submit();
