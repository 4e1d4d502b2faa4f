"""An ordinary aiogram bot against the fake Bot API.

Polling, buttons, errors, files (aiogram always posts multipart forms), and a
webhook whose secret aiogram itself checks. aiogram validates every answer
against its models, so a missing field fails here.
"""

import asyncio
import json
import os
import urllib.request

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.filters import CommandStart
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

API = json.loads(os.environ["FAKE"])
URL, TOKEN = API["url"], API["token"]


def call_control(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{URL}/control/{path}", data=data, headers={"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
        return json.loads(text) if text else None


async def control(path, body=None):
    return await asyncio.to_thread(call_control, path, body)


async def until(what, look):
    for _ in range(400):
        found = await look()
        if found:
            return found
        await asyncio.sleep(0.025)
    raise AssertionError(f"never: {what}")


async def sent(text):
    async def look():
        return [m for m in await control("sent") if m["text"] == text]

    return (await until(f"{text!r} sent", look))[0]


async def refused(kind, call):
    try:
        await call
    except kind as error:
        return error
    raise AssertionError(f"was not refused with {kind.__name__}")


def ok(what):
    print(f"ok {what}", flush=True)


def new_bot():
    session = AiohttpSession(api=TelegramAPIServer.from_base(URL))
    return Bot(TOKEN, session=session)


def inline(*pairs):
    row = [InlineKeyboardButton(text=text, callback_data=data) for text, data in pairs]
    return InlineKeyboardMarkup(inline_keyboard=[row])


def conversation():
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart(deep_link=True))
    async def start(message: Message, command):
        await message.answer(f"来自 {command.args}", reply_markup=inline(("修水管", "t-1")))

    @dispatcher.callback_query(F.data == "t-1")
    async def tap(query: CallbackQuery):
        await query.answer("好的")
        await query.message.edit_text("修水管:请留电话")
        button = KeyboardButton(text="发送手机号", request_contact=True)
        markup = ReplyKeyboardMarkup(keyboard=[[button]], one_time_keyboard=True)
        await query.message.answer("请留电话", reply_markup=markup)

    @dispatcher.message(F.contact)
    async def contact(message: Message):
        own = message.contact.user_id == message.from_user.id
        await message.answer("是本人的" if own else "不是本人的")

    @dispatcher.message(F.location)
    async def place(message: Message):
        await message.answer(f"在 {message.location.latitude}")

    return dispatcher


async def by_polling(bot):
    me = await bot.get_me()
    assert me.is_bot and me.id == int(TOKEN.split(":")[0])
    ok("the bot knows itself")
    dispatcher = conversation()
    running = asyncio.create_task(
        dispatcher.start_polling(bot, handle_signals=False, polling_timeout=5)
    )
    await control("user/42/says", {"text": "/start door-7"})
    await sent("来自 door-7")
    await control("user/42/taps", {"label": "修水管"})
    await sent("修水管:请留电话")
    await sent("请留电话")
    await control("user/42/taps", {"label": "发送手机号"})
    await sent("是本人的")
    await control("user/42/sends_place", {"lat": 31.25, "lon": 121.5})
    await sent("在 31.25")
    await dispatcher.stop_polling()
    await running
    ok("a conversation with buttons by polling")


async def files(bot):
    for send in (bot.send_photo, bot.send_document, bot.send_voice):
        message = await send(42, BufferedInputFile(b"abc", "a.bin"), caption="看")
        file = (message.photo or [message.document or message.voice])[-1]
        got = await bot.download(file.file_id)
        assert got.read() == b"abc" and message.caption == "看"
    ok("files in both directions")


async def refusals(bot):
    message = await bot.send_message(42, "一", reply_markup=inline(("好", "t")))
    edit = bot.edit_message_text(
        "一", chat_id=42, message_id=message.message_id, reply_markup=inline(("好", "t"))
    )
    assert "message is not modified" in str(await refused(TelegramBadRequest, edit))
    late = await refused(TelegramBadRequest, bot.answer_callback_query("1"))
    assert "query is too old" in str(late)
    long = bot.send_message(42, "字" * 4097)
    assert "too long" in str(await refused(TelegramBadRequest, long))
    data = bot.send_message(42, "x", reply_markup=inline(("x", "字" * 22)))
    assert "BUTTON_DATA_INVALID" in str(await refused(TelegramBadRequest, data))
    await refused(TelegramBadRequest, bot.send_message(7, "x"))
    await control("faults", {"kind": "flood", "seconds": 7})
    flood = await refused(TelegramRetryAfter, bot.send_message(42, "x"))
    assert flood.retry_after == 7
    await control("faults", {"kind": "error", "code": 502})
    await refused(TelegramServerError, bot.send_message(42, "x"))
    await control("user/43/blocks_bot", {})
    await refused(TelegramForbiddenError, bot.send_message(43, "x"))
    ok("refusals arrive as aiogram knows them")


async def by_webhook(bot):
    seen = []
    fail = [2]
    dispatcher = Dispatcher()

    @dispatcher.message(F.text)
    async def text(message: Message, event_update):
        seen.append((event_update.update_id, message.text))
        if message.text == "难" and fail[0] > 0:
            fail[0] -= 1
            raise RuntimeError("not yet")

    app = web.Application()
    handler = SimpleRequestHandler(
        dispatcher, bot, handle_in_background=False, secret_token="s3cret"
    )
    handler.register(app, path="/hook")
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    hook = f"http://127.0.0.1:{port}/hook"
    await bot.set_webhook(hook, secret_token="s3cret", allowed_updates=["message"])
    info = await bot.get_webhook_info()
    assert info.url == hook and info.max_connections == 40
    await refused(TelegramConflictError, bot.get_updates())
    await control("user/42/says", {"text": "难"})
    await control("user/42/says", {"text": "后"})

    async def both():
        return any(text == "后" for _, text in seen)

    await until("both delivered", both)
    assert [text for _, text in seen] == ["难", "难", "难", "后"], seen
    assert len({update for update, _ in seen[:3]}) == 1
    ok("a webhook with aiogram's own secret check, retry and hold-back")

    await asyncio.sleep(0.1)  # two seconds of the fake's clock
    await bot.set_webhook(hook, secret_token="another")
    await control("user/42/says", {"text": "不该到"})

    async def unauthorized():
        return any(d["status"] == 401 for d in await control("deliveries"))

    await until("refused", unauthorized)
    assert not any(text == "不该到" for _, text in seen)
    ok("a wrong secret is refused by aiogram")
    await bot.delete_webhook(drop_pending_updates=True)
    await runner.cleanup()


async def main():
    bot = new_bot()
    try:
        await by_polling(bot)
        await files(bot)
        await refusals(bot)
        await by_webhook(bot)
    finally:
        await bot.session.close()


asyncio.run(main())
