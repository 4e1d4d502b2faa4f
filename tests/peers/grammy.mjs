// An ordinary grammY bot against the fake Bot API: polling, buttons, errors,
// files, and a webhook whose secret grammY itself checks.
import assert from "node:assert/strict";
import http from "node:http";
import { Bot, GrammyError, InlineKeyboard, InputFile, Keyboard, webhookCallback } from "grammy";

const { url, token } = JSON.parse(process.env.FAKE);
const control = async (path, body) => {
  const answer = await fetch(`${url}/control/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
};
const until = async (what, look) => {
  for (let tries = 0; tries < 400; tries++) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`never: ${what}`);
};
const sent = async (text) =>
  until(`"${text}" sent`, async () => (await control("sent")).find((m) => m.text === text));
const refused = async (promise) => {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof GrammyError, `${error}`);
    return error;
  }
  throw new Error("was not refused");
};
const ok = (what) => console.log(`ok ${what}`);

const polite = new Bot(token, { client: { apiRoot: url } });
polite.command("start", (ctx) =>
  ctx.reply("您要办什么", { reply_markup: new InlineKeyboard().text("修水管", "t-1").text("问政策", "t-2") }));
polite.callbackQuery("t-1", async (ctx) => {
  await ctx.answerCallbackQuery({ text: "好的" });
  await ctx.editMessageText("修水管:请留电话");
  await ctx.reply("请留电话", { reply_markup: new Keyboard().requestContact("发送手机号").oneTime().resized() });
});
polite.on("message:contact", (ctx) =>
  ctx.reply(ctx.message.contact.user_id === ctx.from.id ? "是本人的" : "不是本人的"));
polite.on("message:photo", async (ctx) => {
  const file = await ctx.getFile();
  const bytes = await (await fetch(`${url}/file/bot${token}/${file.file_path}`)).text();
  await ctx.reply(`照片 ${bytes}`);
});
polite.on("edited_message:text", (ctx) => ctx.reply(`改成 ${ctx.editedMessage.text}`));
polite.on("message:text", (ctx) => ctx.reply(`收到 ${ctx.message.text}`));

await polite.init();
assert.equal(polite.botInfo.is_bot, true);
ok("the bot knows itself");

const running = polite.start({ drop_pending_updates: false });
await control("user/42/says", { text: "/start" });
await sent("您要办什么");
await control("user/42/taps", { label: "修水管" });
await sent("修水管:请留电话");
await sent("请留电话");
await control("user/42/taps", { label: "发送手机号" });
await sent("是本人的");
ok("a conversation with buttons by polling");

await control("user/42/sends_photo", { bytes: "jpeg" });
await sent("照片 jpeg");
const uploaded = await polite.api.sendDocument(42, new InputFile(Buffer.from("abc"), "a.txt"));
const again = await polite.api.getFile(uploaded.document.file_id);
assert.equal(await (await fetch(`${url}/file/bot${token}/${again.file_path}`)).text(), "abc");
ok("files in both directions");

const message = await polite.api.sendMessage(42, "一");
const same = await refused(polite.api.editMessageText(42, message.message_id, "一"));
assert.match(same.description, /message is not modified/);
assert.match((await refused(polite.api.answerCallbackQuery("1"))).description, /query is too old/);
assert.match((await refused(polite.api.sendMessage(42, "字".repeat(4097)))).description, /too long/);
const data = new InlineKeyboard().text("x", "字".repeat(22));
assert.match((await refused(polite.api.sendMessage(42, "x", { reply_markup: data }))).description, /BUTTON_DATA/);
assert.equal((await refused(polite.api.sendMessage(7, "x"))).error_code, 400);
await control("faults", { kind: "flood", seconds: 7 });
const flood = await refused(polite.api.sendMessage(42, "x"));
assert.deepEqual([flood.error_code, flood.parameters.retry_after], [429, 7]);
await control("user/43/blocks_bot", {});
assert.equal((await refused(polite.api.sendMessage(43, "x"))).error_code, 403);
ok("refusals arrive as grammY knows them");

await polite.stop();
await running;

// The secret is compared by grammY; a wrong one is answered 401.
const hooked = new Bot(token, { client: { apiRoot: url }, botInfo: polite.botInfo });
let fail = 2;
const seen = [];
hooked.on("message:text", async (ctx) => {
  seen.push([ctx.update.update_id, ctx.message.text]);
  if (ctx.message.text === "难" && fail-- > 0) throw new Error("not yet");
});
const handle = webhookCallback(hooked, "http", { secretToken: "s3cret" });
const server = http.createServer((request, response) => {
  handle(request, response).catch(() => {
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const hook = `http://127.0.0.1:${server.address().port}/`;
await hooked.api.setWebhook(hook, { secret_token: "s3cret" });
assert.equal((await hooked.api.getWebhookInfo()).url, hook);
assert.equal((await refused(hooked.api.getUpdates())).error_code, 409);
await control("user/42/says", { text: "难" });
await control("user/42/says", { text: "后" });
await until("both delivered", () => seen.some(([, text]) => text === "后"));
assert.deepEqual(seen.map(([, text]) => text), ["难", "难", "难", "后"]);
assert.equal(new Set(seen.slice(0, 3).map(([id]) => id)).size, 1);
ok("a webhook with grammY's own secret check, retry and hold-back");

await new Promise((done) => setTimeout(done, 100)); // two seconds of the fake's clock
await hooked.api.setWebhook(hook, { secret_token: "another" });
await control("user/42/says", { text: "不该到" });
await until("refused", async () => (await control("deliveries")).some((d) => d.status === 401));
assert.ok(!seen.some(([, text]) => text === "不该到"));
ok("a wrong secret is refused by grammY");
await hooked.api.deleteWebhook({ drop_pending_updates: true });
server.closeAllConnections();
server.close();
