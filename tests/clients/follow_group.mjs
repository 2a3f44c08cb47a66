// The npm client `graphql-ws`, unchanged, as a phone uses it: follow a group, lose the network, resume.
//
// Arguments: the socket's address, a bearer token, the group's id, the position to resume behind.
// Commands come as lines of JSON on standard input: {"cut": true} drops the network without a goodbye,
// {"post": "text"} writes through the same socket. What happens is written as lines of JSON to standard output.
import { createInterface } from "node:readline";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, token, groupId, start] = process.argv.slice(2);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
let position = Number(start);
let network;

const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: () => ({ Authorization: `Bearer ${token}` }),
  retryAttempts: 10,
  retryWait: () => new Promise((done) => setTimeout(done, 100)),
  shouldRetry: () => true,
  on: {
    connected: (socket) => {
      network = socket;
      say({ connected: true });
    },
    closed: (event) => say({ closed: event.code, reason: event.reason }),
  },
});

const follow = () =>
  new Promise((done, failed) => {
    client.subscribe(
      {
        query: `subscription Follow($group: ID!, $after: Int) {
          groupMessages(groupId: $group, after: $after) { seq text author { name } isAdvisor }
        }`,
        // Read at each (re)connection, so that the client resumes behind what it has.
        get variables() {
          return { group: groupId, after: position };
        },
      },
      {
        next: ({ data, errors }) => {
          if (errors) return say({ errors });
          position = data.groupMessages.seq;
          return say({ message: data.groupMessages });
        },
        error: (error) => {
          say({ failed: Array.isArray(error) ? error.map((one) => one.extensions?.code) : String(error.code ?? error) });
          failed(error);
        },
        complete: done,
      },
    );
  });

const post = (text) =>
  new Promise((done, failed) => {
    client.subscribe(
      {
        query: `mutation Post($input: PostMessageInput!) {
          postMessage(input: $input) { message { seq } errors { code } }
        }`,
        variables: { input: { groupId, clientKey: `node-${text}`, text } },
      },
      { next: ({ data }) => say({ posted: data.postMessage }), error: failed, complete: done },
    );
  });

createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line);
  if (command.cut) network.terminate();
  if (command.post) post(command.post);
  if (command.end) client.dispose();
});

follow().then(
  () => process.exit(0),
  () => process.exit(1),
);
