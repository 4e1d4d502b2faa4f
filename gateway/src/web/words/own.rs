//! The words of residents' own things, in both languages side by side: their
//! requests, another phone, photos and places.

use super::super::Lang;

phrases! { Own own
    mine: "我的事", "My requests";
    mine_lead: "每一件谁在办、什么时候有回音、办到哪了，都在这里。", "Who is on it, by when you hear, and how far it is.";
    mine_none: "您现在没有在办的事。", "You have nothing under way now.";
    mine_back: "回到聊天", "Back to the chat";
    mine_who: "谁来办", "Who";
    mine_when: "什么时候", "By when";
    mine_steps: "办到哪了", "How far it is";
    mine_urged: "催过了，一个工作日催一次，{}以后可以再催。", "Urged. Once a working day is possible: again after {}.";
    what_you_can: "您可以", "You can";
    resume: "换一台手机接着说", "Go on with another phone";
    resume_give: "在这台上要一个接续码", "Get a code here";
    resume_give_more: "在另一台手机或电脑上打开这个网址，输入接续码，就能接着说。", "Open this address on the other phone or computer and type the code to go on there.";
    resume_get: "给我一个接续码", "Give me a code";
    resume_again: "换一个新的", "Another code";
    resume_code: "接续码", "Code";
    resume_code_more: "10 分钟内有效，只能用一次。别念给不认识的人听。", "Good for 10 minutes, and once. Do not read it to a stranger.";
    resume_take: "有接续码？", "You have a code?";
    resume_go: "接着说", "Go on";
    resume_replaces: "输入以后，这台上显示的就是那一段对话。", "This browser will then show that conversation instead.";
    resume_wrong: "这个码不对、用过了，或者过了 10 分钟。请再要一个。", "This code is wrong, used, or older than 10 minutes. Please get another one.";
    resume_later: "试得太多了，请过一刻钟再来。", "Too many tries. Please come back in a quarter of an hour.";
    resume_stop: "不让别的手机再看", "Close it elsewhere";
    resume_stop_more: "用接续码进来的手机和电脑都会断开。", "Every phone and computer that came in by a code is disconnected.";
    resume_end: "断开别的手机", "Disconnect the others";
    resume_ended: "别的手机都断开了。", "The others are disconnected.";
    proof: "谢谢您", "Thank you";
    proof_more: "请回到您跟我们聊天的地方，结果会在那里告诉您。", "Please go back to where you talk to us; the result is told there.";
    proof_else: "没做完也没关系，事情照样办，工作人员见面时看一下证件就行。", "If you did not finish, never mind: your request goes ahead, and a worker will look at your card when you meet.";
    proof_chat: "在这个网站上聊的，点这里", "I talk to you on this site";
    copy: "我的数据文件", "A file of my data";
    copy_more: "这份文件是给电脑程序读的，内容和聊天里告诉您的一样。下载以后请您收好，谁打开它都能看到。", "A file for programs (JSON) with what you were told in the chat. Keep it safe: whoever opens it can read it.";
    copy_code: "聊天里的链接或码", "The link or code from the chat";
    copy_go: "下载", "Download";
    copy_spent: "这个链接已经用过，或者超过 15 分钟了。没关系，回到聊天里再发一次「我的数据」，就有新的。", "This link was used, or is older than 15 minutes. Send “my data” in the chat once more.";
    more: "照片、位置", "Photo, place";
    photo: "照片", "Photo";
    photos: "照片", "Photos";
    photo_choose: "选照片（最多 3 张）", "Choose photos (3 at most)";
    photo_more: "照片里带的时间、地点会先去掉，只有办您这件事的人看得到。", "Time and place inside a photo are taken out first; only those who work on your matter see it.";
    photo_caption: "说一句（可不填）", "A few words (may stay empty)";
    photo_send: "发照片", "Send photos";
    photo_none: "没有选照片，请先选一张。", "No photo was chosen, please choose one first.";
    photo_many: "一次最多发 3 张照片，请分几次发。", "3 photos at a time, please send the rest afterwards.";
    photo_unreadable: "这个文件不是能看的照片，请换一张（JPG、PNG 或 WebP）。", "This file is not a photo we can read. Please take another one (JPG, PNG or WebP).";
    photo_large: "这张照片太大了，请换一张小一点的。", "This photo is too large, please take a smaller one.";
    photo_today: "今天发的照片太多了，请明天再发，或者直接用话说。", "That is enough photos for today. Send more tomorrow, or tell us in words.";
    place_type: "在哪里（写小区、楼号就行）", "Where (estate and building will do)";
    place_send: "告诉这个地方", "Tell this place";
    place_share: "用手机定位", "Use my location";
    place_failed: "找不到您的位置，请写一下小区和楼号。", "Your location cannot be found; please write estate and building.";
}
