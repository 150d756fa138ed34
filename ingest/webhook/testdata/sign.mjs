// Signs bodies with the vendors' own libraries. It reads a list of {vendor, secret, body, id, seconds} from its first argument, and
// writes the headers of each as a list. It is run from the directory in which the packages are installed.
import Stripe from "stripe";
import { Webhook } from "standardwebhooks";
import { sign } from "@octokit/webhooks-methods";

const stripe = new Stripe("sk_test_of_no_account");

const signers = {
  stripe: ({ secret, body, seconds }) => ({
    "Stripe-Signature": stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: seconds }),
  }),
  standard: ({ secret, body, id, seconds, raw }) => ({
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": new Webhook(secret, raw ? { format: "raw" } : {}).sign(id, new Date(seconds * 1000), body),
  }),
  github: async ({ secret, body }) => ({ "X-Hub-Signature-256": await sign(secret, body) }),
};

const requests = JSON.parse(process.argv[2]);
process.stdout.write(JSON.stringify(await Promise.all(requests.map((r) => signers[r.vendor](r)))));
