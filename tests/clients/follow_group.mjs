// The npm client `graphql-ws`, unchanged, as a phone uses it: follow a group, lose the network, resume, sign in again.
//
// Arguments: the socket's address, a bearer token, the group's id, the position to resume behind, and as JSON more
// options of the client (`follow: false` begins with no subscription).
// Commands come as lines of JSON on standard input: {"cut": true} drops the network without a goodbye, {"post": "text"}
// writes through the same socket, {"ask": "query"} asks, {"follow": true} begins to follow, {"token": "…"} is what the
// next connection signs in with, {"renew": "…"} signs in again on this one, {"end": true} leaves.
// What happens is written as lines of JSON to standard output.
import { createInterface } from "node:readline";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const [url, firstToken, groupId, start, more = "{}"] = process.argv.slice(2);
const { follow: followAtOnce = true, ...options } = JSON.parse(more);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
let token = firstToken;
let position = Number(start);
let network;

const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: () => ({ Authorization: `Bearer ${token}` }),
  retryAttempts: 10,
  retryWait: () => new Promise((done) => setTimeout(done, 100)),
  shouldRetry: () => true,
  onNonLazyError: (error) => say({ failed: String(error.code ?? error) }),
  ...options,
  on: {
    connected: (socket) => {
      network = socket;
      say({ connected: true });
    },
    // The client answers pings by itself; here is where an app sees what they carry.
    ping: (received, payload) => received && payload && say({ ping: payload }),
    pong: (received, payload) => received && payload && say({ pong: payload }),
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

const ask = (payload) =>
  new Promise((done, failed) => {
    let answer;
    client.subscribe(payload, { next: ({ data }) => (answer = data), error: failed, complete: () => done(answer) });
  });

const post = (text) =>
  ask({
    query: `mutation Post($input: PostMessageInput!) {
      postMessage(input: $input) { message { seq } errors { code } }
    }`,
    variables: { input: { groupId, clientKey: `node-${text}`, text } },
  });

const followToTheEnd = () =>
  follow().then(
    () => process.exit(0),
    () => process.exit(1),
  );

createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line);
  if (command.cut) network.terminate();
  if (command.post) post(command.post).then(({ postMessage }) => say({ posted: postMessage }));
  if (command.ask) ask({ query: command.ask }).then((answer) => say({ answer }));
  if (command.follow) followToTheEnd();
  if (command.token) token = command.token;
  if (command.renew) {
    token = command.renew;
    const payload = { type: "SIGN_IN", Authorization: `Bearer ${token}` };
    network.send(JSON.stringify({ type: "ping", payload }));
  }
  if (command.end) client.dispose();
});

if (followAtOnce) followToTheEnd();
