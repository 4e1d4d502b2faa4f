//! The words around coming in: single sign-on, another password, the accounts
//! of others.

use super::super::Lang;

phrases! { Entry entry
    or: "或者", "or";
    outside: "用单位统一登录", "Sign in with your organisation";
    outside_away: "单位统一登录现在连不上。请过一会儿再试，或者用密码登录。", "Your organisation's sign-in cannot be reached. Please try again in a moment, or use your password.";
    outside_cancelled: "您在单位统一登录那边没有登录完，可以再试一次。", "You did not finish signing in at your organisation. You can try again.";
    outside_invalid: "单位统一登录的回答没有通过核对，所以没有让您进来。请再试一次；还是不行，请告诉系统管理员。", "The answer of your organisation's sign-in did not pass our checks, so you are not signed in. Please try again, and tell an administrator if it stays like this.";
    outside_over: "这次登录已经用过，隔得太久，或者不是在这个浏览器里开始的。请重新开始。", "This sign-in was used already, took too long, or began in another browser. Please start again.";
    outside_unknown: "单位统一登录认得您，但这里还没有对应的账号。请找系统管理员开通。", "Your organisation knows you, but there is no account for you here yet. Please ask an administrator for one.";
    outside_stale: "没有算数：要由您本人在单位统一登录那边重新登录一次。", "This did not count: you yourself have to sign in again at your organisation.";
    way_outside: "单位统一登录", "your organisation";
    prove_outside: "到单位统一登录再登录一次", "Sign in again at your organisation";
    prove_outside_more: "下一步很要紧，请再登录一次。五分钟内有效。", "The next step matters. Please sign in once more; it counts for five minutes.";
    password_change: "改密码", "Change the password";
    password_change_more: "改好以后，别的地方都会退出登录，这里不会。", "Every other place is signed out then; this one stays.";
    password_old: "现在的密码", "Present password";
    password_new: "新密码", "New password";
    password_again: "再输一遍新密码", "New password once more";
    password_wrong: "现在的密码不对。", "The present password is not right.";
    password_same: "新密码和现在的一样，请换一个。", "The new password is the present one. Please choose another.";
    rights: "给本人副本，或者删除", "Copy or erasure";
    rights_more: "居民来问自己的数据。先核对是本人，再往下做；每一步都记在日志里。", "Somebody asks about their own data. Make sure who it is before you go on; every step is on record.";
    rights_copy: "下载副本（JSON）", "Download a copy (JSON)";
    rights_copy_more: "用同一个电话登记过的事、个人信息、同意和核对记录。这个聊天里别人的事、只由区里处理的事不在里面；这一件没留电话的，就是整个聊天的。", "Requests under the same telephone number, with facts, consents and proofs. What others have in this chat and what only the district handles is left out; where this request has no number, it is the whole chat's.";
    rights_erase: "删除个人内容", "Erase personal content";
    rights_erase_more: "删掉这个聊天里说过的话，和用同一个电话办完的事里的个人内容。用别的电话登记的、没办完的、依法要保留的和这一件留着；这一件没留电话的，就是整个聊天的。", "Erases what was said in this chat, and the personal content of closed requests under the same telephone number. Those under another number, open ones, those kept by law and this one stay; where this request has no number, it is the whole chat's.";
    rights_erase_sure: "删了就找不回来。删完会在聊天里给本人一张回执。", "This cannot be taken back. The person gets a receipt in the chat.";
    rights_erased: "删好了，本人在聊天里收到的回执：", "Erased. The receipt the person got in the chat:";
    accounts: "账号", "Accounts";
    accounts_more: "用密码登录的人。换手机或者人走了，在这里处理；哪一步、谁做的，都记在日志里。", "People who sign in with a password. A lost telephone and somebody who leaves are dealt with here; who did what is on record.";
    accounts_none: "还没有账号。先用命令 gateway add-staff 加一个。", "There is no account yet. Add one with the command gateway add-staff.";
    account_whose: "是谁", "Whose";
    account_ways: "怎么登录", "Comes in by";
    account_admin: "管理员", "Administrator";
    account_device: "密码和验证码", "password and code";
    account_unset: "还没设好", "not set up yet";
    account_unbind: "解除统一登录", "Part from single sign-on";
    account_unbind_sure: "以后不能再用单位统一登录进来，现在登录着的也都会退出。", "Single sign-on lets this account in no more, and whoever is signed in with it is signed out.";
    account_unbound: "解除了，登录着的也都退出了。", "Parted, and signed out everywhere.";
    account_reset: "手机丢了，重新设置", "Lost telephone: set up anew";
    account_reset_sure: "原来的验证码和恢复码马上作废，登录着的都会退出，绑定的聊天也会解除，再给您一个重新设置的链接。", "The device and the recovery codes stop counting at once, every browser is signed out, bound chats are parted, and you get a link for setting up anew.";
    account_reset_admin: "管理员的账号只能在服务器上用命令 gateway staff reset 重新设置：这里谁也不能替另一位管理员登录。", "An administrator's account is set up anew by the command gateway staff reset alone: nobody here can come in as another administrator.";
    link_has_account: "这位工作人员有自己的账号，请本人用密码登录；手机丢了，在下面重新设置。", "This worker has an account and signs in with it; a lost telephone is dealt with below.";
    account_link: "重新设置的链接：", "Link for setting up anew:";
    account_link_more: "三天内有效，只能用一次。请当面或打电话核对是本人，再交给本人。", "Good for three days, and once. Make sure who it is, face to face or by telephone, before you hand it over.";
    account_gone: "没有这个账号，或者它没有绑统一登录。", "There is no such account, or it is not bound to the single sign-on.";
    password_changed: "密码改好了，别的地方都退出了。", "The password is changed, and every other place is signed out.";
}
