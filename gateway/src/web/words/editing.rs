//! The words of the editor's pages, in both languages side by side.

use super::super::Lang;

macro_rules! phrases {
    ($($key:ident: $zh:literal, $en:literal;)*) => {
        /// Every text of the editor. `{}` stands for what is put in.
        pub(in crate::web) struct Editing {
            $(pub(in crate::web) $key: &'static str,)*
        }

        const ZH: Editing = Editing { $($key: $zh,)* };
        const EN: Editing = Editing { $($key: $en,)* };

        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str, &str)] = &[$((stringify!($key), $zh, $en),)*];
    };
}

/// The texts in a language.
pub(in crate::web) const fn editing(lang: Lang) -> &'static Editing {
    match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    }
}

phrases! {
    menu: "菜单", "Menu";
    menu_more: "改动先放在草稿里，发布以前居民看不到。", "Changes go into a draft; residents see nothing before you publish.";
    policy: "催办规则", "Reminder rules";
    calendar: "工作日历", "Working calendar";
    draft_none: "现在没有草稿，下面是正在用的第 {} 版。", "There is no draft; below is version {}, which is in force.";
    draft_here: "草稿改了 {} 处，还没有发布。", "The draft changes {} things and is not published.";
    to_release: "看改动，发布", "See changes, publish";
    up: "上移", "Move up";
    down: "下移", "Move down";
    restricted: "只由区县处理", "District only";
    hidden: "不在菜单", "Not in the menu";
    is_new: "新", "New";
    is_changed: "已改", "Changed";
    to_mend: "{} 处要改", "{} to mend";
    add_service: "新增服务", "Add a service";
    add_category: "新增类别", "Add a category";
    rename_category: "类别改名", "Rename a category";
    code: "代码", "Code";
    code_more: "如 CAR-COOL，以后不能改", "Such as CAR-COOL; never changed later";
    category: "类别", "Category";
    name_zh: "中文名称", "Name in Chinese";
    name_en: "英文名称", "Name in English";
    save: "存进草稿", "Save to the draft";
    questions: "要问的问题", "Questions";
    questions_more: "只问第一次联系要用的。", "Ask only what the first contact needs.";
    question_add: "加一个问题", "Add a question";
    key: "代号", "Key";
    label_zh: "名称（中文）", "Label in Chinese";
    label_en: "名称（英文）", "Label in English";
    ask_zh: "怎么问（中文，可不写）", "How it is asked, in Chinese (optional)";
    ask_en: "怎么问（英文，可不写）", "How it is asked, in English (optional)";
    kind: "类型", "Kind";
    required: "必答", "Required";
    sensitive: "敏感信息", "Sensitive";
    purpose_zh: "用途（中文）", "Purpose in Chinese";
    purpose_en: "用途（英文）", "Purpose in English";
    options: "选项，每行：代号 | 中文 | 英文", "Options, one a line: key | Chinese | English";
    least: "最小", "Least";
    most: "最大", "Most";
    remove: "删掉", "Remove";
    retire: "停用这个服务", "Retire this service";
    retire_more: "新的对话里不再有它。已经在办的事项和正在进行的对话不受影响。", "New conversations no longer have it. Open requests and running conversations go on.";
    yes: "是", "Yes";
    no: "否", "No";
    findings: "检查", "Checks";
    findings_none: "没有发现问题。", "Nothing to mend.";
    grave: "必须改", "Must be mended";
    changes: "改了什么", "What changes";
    changes_none: "和正在用的一样。", "The same as what is in force.";
    blast: "会碰到谁", "Whom it meets";
    blast_text: "{} 位居民正在菜单里（{} 种语言），{} 件没办结的事项。他们都照原来的版本走完，不会中断。", "{} residents are in the middle of a menu ({} languages), {} requests are open. All of them go on with the version they began with.";
    publish: "发布", "Publish";
    publish_at: "什么时候发布（不填就是现在）", "When to publish (empty: now)";
    two: "这次改动涉及只由区县处理的服务，要另一位管理员同意才会发布。", "This touches services that only the district handles; another administrator has to agree.";
    discard: "丢掉草稿", "Discard the draft";
    discard_sure: "草稿里的改动都会没有。", "All changes of the draft will be gone.";
    waiting: "等着发布的", "Waiting to be published";
    approve: "同意发布", "Agree";
    withdraw: "撤回", "Withdraw";
    state_unapproved: "等另一位管理员同意", "waits for another administrator";
    state_planned: "到时发布", "planned";
    state_failed: "没有发布成", "could not be published";
    versions: "版本", "Versions";
    version: "第 {} 版", "Version {}";
    in_force: "正在用", "In force";
    back: "回到这一版", "Go back to this one";
    back_sure: "会把这一版的内容作为新的一版发布。", "Its text is published as a new version.";
    copy_of: "与第 {} 版相同", "the same as version {}";
    text: "整份文件", "The whole file";
    text_more: "可以下载，改好以后再放回来，先成为草稿。", "Download it, change it, and put it back here; it becomes a draft first.";
    download: "下载", "Download";
    edit_text: "直接改文字", "Edit the text";
    upload: "用这份文件作草稿", "Make this file the draft";
    upload_file: "选一个文件", "Choose a file";
    whatif: "会怎么样", "What would happen if";
    whatif_more: "写一句话，选地点和时间，看看系统会怎么处理。什么也不会发出去。", "Write a message, a place and a time, and see how it would be handled. Nothing is sent.";
    whatif_text: "居民说的话", "What somebody writes";
    whatif_at: "什么时候", "When";
    whatif_lang: "语言", "Language";
    whatif_on: "按哪一份", "With which";
    whatif_draft: "草稿：", "Draft of";
    whatif_ask: "看看会怎么样", "See what happens";
    whatif_name: "情景的名字", "Name of the scenario";
    whatif_keep: "结果对，存成情景", "Right: keep as a scenario";
    whatif_answer: "会这样", "This happens";
    whatif_heard: "听成", "Understood as";
    whatif_ranked: "可能的事项", "It could be";
    whatif_promise: "居民会看到", "The resident is told";
    whatif_future: "如果没有人处理", "If nobody acts";
    whatif_kept: "情景已更新。", "The scenarios are updated.";
    whatif_not_kept: "没有存下，请再试一次（最多 200 个）。", "It was not kept; try again (200 at most).";
    scenarios: "情景", "Scenarios";
    scenarios_more: "每次发布以前都会试一遍；有一个结果变了，就不能发布。", "They run before every publication; one that comes out otherwise stops it.";
    decision_route: "一件事，直接办", "one matter, begun at once";
    decision_ask: "不确定，会问一句", "unsure, asks one question";
    decision_none: "不像求助，给出菜单", "no request, offers the menu";
    decision_crisis: "危险，先给热线", "danger, hotline first";
    said_saved: "已存进草稿。", "Saved to the draft.";
    said_nothing: "没有改动。", "Nothing changed.";
    said_discarded: "草稿已丢掉。", "The draft is discarded.";
    said_in_force: "第 {} 版开始用了。", "Version {} is in force now.";
    said_planned: "会在 {} 发布。", "It will be published at {}.";
    said_second: "已提出，等另一位管理员同意。", "Asked for; another administrator has to agree.";
    said_account: "这样的改动要用自己的账号登录（不能用一次性链接）。", "This needs an account of your own, not a one-time link.";
    said_not_you: "写的人和提出的人不能自己同意。", "Who wrote or asked cannot be the one who agrees.";
    said_withdrawn: "已撤回。", "Withdrawn.";
    said_gone: "情况已经变了，请看看下面再试。", "Something changed meanwhile; look below and try again.";
    said_grave: "有问题要先改，没有存下或发布。", "There is something to mend first; nothing was kept or published.";
    clash: "您打开以后，别人改了同一份草稿", "Somebody changed the same draft after you opened it";
    clash_more: "您的改动还在，没有丢。看看两边改了什么，再决定。", "Your changes are not lost. See what both of you changed, then decide.";
    theirs: "别人改了", "They changed";
    yours: "您要改", "You want to change";
    clash_again: "在最新的草稿上存我的改动", "Save mine on top of theirs";
    clash_leave: "不存我的，看最新的草稿", "Leave mine, see the newest draft";
}
