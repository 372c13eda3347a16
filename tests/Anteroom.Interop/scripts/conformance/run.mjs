// Plays one plan of the OpenID Foundation's conformance suite against the server: our own words, the suite's names.
import { answer, input } from "../api.mjs";
import * as basic from "./basic.mjs";
import * as config from "./config.mjs";
import * as logout from "./logout.mjs";
import { run } from "./suite.mjs";

const plans = {
  "oidcc-basic-certification-test-plan": async () => run(basic.modules, await basic.scene(null)),
  "oidcc-formpost-basic-certification-test-plan": async () => run(basic.modules, await basic.scene("form_post")),
  "oidcc-dynamic-certification-test-plan": async () => run(basic.redirectModules, await basic.scene(null)),
  "oidcc-config-certification-test-plan": async () => run(config.modules, {}),
  "oidcc-rp-initiated-logout-certification-test-plan": async () => {
    const scene = await logout.scene();
    const results = await run(logout.modules(scene.client), scene);
    scene.close();
    return results;
  },
};

answer({ modules: await plans[input.plan]() });
process.exit(0); // connections that are kept open would hold the program
