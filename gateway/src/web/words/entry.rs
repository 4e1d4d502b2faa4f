//! The words around coming in: single sign-on, another password.

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
    password_changed: "密码改好了，别的地方都退出了。", "The password is changed, and every other place is signed out.";
}
