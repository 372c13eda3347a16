// What a module is: a name of the OpenID Foundation's conformance suite and what it asks for, written by us from the specifications.

/** Ends a module whose subject the server does not offer, where the specification leaves that open. */
class Skipped extends Error {}
class Failed extends Error {}

export class Module {
  warnings = [];

  /** What a MUST asks for. */
  require(condition, words) {
    if (!condition) throw new Failed(words);
  }

  equal(actual, expected, words) {
    this.require(actual === expected, `${words}: expected ${JSON.stringify(expected)}, seen ${JSON.stringify(actual)}`);
  }

  /** What a SHOULD asks for. */
  advise(condition, words) {
    if (!condition) this.warnings.push(words);
  }

  skip(reason) {
    throw new Skipped(reason);
  }
}

/** Runs modules one after the other. What a module returns as a function is its rest, which can wait until the end. */
export async function run(modules, scene) {
  const results = [];
  const pending = [];
  for (const [name, play] of modules) {
    const module = new Module();
    const end = (result, words) => {
      results.push({ name, result, words });
      process.stderr.write(`${result.padEnd(8)} ${name}${words ? `: ${words}` : ""}\n`);
    };
    const conclude = async (play) => {
      try {
        const rest = await play();
        if (typeof rest === "function") return pending.push(() => conclude(rest));
        if (module.warnings.length) end("warning", module.warnings.join("; "));
        else end("passed", "");
      } catch (error) {
        if (error instanceof Skipped) end("skipped", error.message);
        else end("failed", error instanceof Failed ? error.message : (error.stack ?? String(error)));
      }
    };
    await conclude(() => play(module, scene));
  }
  for (const rest of pending) await rest();
  return results;
}
