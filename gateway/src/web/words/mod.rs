//! The words of the pages: one catalogue file per language.
//!
//! A missing key does not compile. What the bot says to residents is not here,
//! and neither are texts that the catalogue of services brings along.

/// Texts with both languages side by side: the name of the catalogue, the name
/// of its getter, then key, Chinese and English of each text.
macro_rules! phrases {
    ($catalogue:ident $get:ident $($key:ident: $zh:literal, $en:literal;)*) => {
        /// Every text of these pages. `{}` stands for what is put in.
        pub(in crate::web) struct $catalogue {
            $(pub(in crate::web) $key: &'static str,)*
        }

        const ZH: $catalogue = $catalogue { $($key: $zh,)* };
        const EN: $catalogue = $catalogue { $($key: $en,)* };

        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str, &str)] = &[$((stringify!($key), $zh, $en),)*];

        /// The texts in a language.
        pub(in crate::web) const fn $get(lang: Lang) -> &'static $catalogue {
            match lang {
                Lang::Zh => &ZH,
                Lang::En => &EN,
            }
        }
    };
}

mod codes;
mod editing;
mod en;
mod entry;
mod operating;
mod own;
mod zh;

pub(super) use codes::{act, class, clock, kept, look, refusal, status, weekday};

pub(super) use editing::{Editing, editing};
pub(super) use entry::{Entry, entry};
pub(super) use operating::{Operating, figure, operating, told_kind};
pub(super) use own::{Own, own};

use super::Lang;

/// The catalogue of a language.
pub(super) const fn words(lang: Lang) -> &'static Words {
    match lang {
        Lang::Zh => &zh::WORDS,
        Lang::En => &en::WORDS,
    }
}

macro_rules! catalogue {
    ($($key:ident)*) => {
        /// Every text of the pages. `{}` stands for a number put in.
        pub(super) struct Words {
            $(pub $key: &'static str,)*
        }

        #[cfg(test)]
        impl Words {
            /// Key and text of each entry.
            fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key),)*]
            }
        }
    };
}

catalogue! {
    brand other_language skip left late days hours minutes under_a_minute paused not_sent act_done news
    offline kept navigation view_elder view_plain danger_line to_chat to_start go_on today
    landing_title landing_lead door_resident door_resident_more door_worker door_worker_more
    door_admin door_admin_more chat_title leave_fast welcome welcome_more begin you_said we_said
    dial choose always say_menu say_back say_cancel say_progress say_human write_here send
    too_long not_stored sign_in sign_in_lead sign_in_code sign_in_go sign_in_none sign_out leave_be
    link_spent queue bind group_waiting group_mine group_others none_waiting none_mine
    none_others copy led_by given_to you opened clock own_words evidence what_now nothing_to_do
    call take reply finish ask_more ask_field note_title note_more note_field note_keep
    unsent unsent_more unsent_enter unsent_waiting unsent_refused unsent_gone unsent_drop unsent_leave
    evidence_field extend_more extend_days working_days extend_why refuse_why split_more split_field link_more link_field
    show_full show_more show_reason show_note show_go shown_until glass glass_more glass_told glass_why glass_go
    visits visits_more visits_none visit_announced
    reviews reviews_more reviews_none review_verdict review_was_right review_was_wrong review_note review_sign how_contact by_phone by_visit
    by_chat vouch_more vouch_field contact_field outcome finish_field pause_more pause_reason transfer_to transfer_why
    please_choose recategorise_more service decline_why thread they facts phone phone_masked
    why_here timeline now to_come deadlines why_not held you_wrote bind_more bind_get
    bind_code_more refused_stale refused_away refused_not_yours refused_not_now refused_invalid
    overview parked workers find_reference find alarms open_requests machinery outbox_waiting
    oldest timers_due timers_aside spooled units residents versions channels channels_none audit
    audit_good requests no_requests reference class place status lead nobody no_personal
    parked_more parked_none parked_retried parked_discarded parked_gone came_in channel cause
    board board_place board_all board_code board_counted board_uncounted board_backlog
    board_ages board_within board_over board_crisis board_unassigned board_today board_late
    board_none_late board_some board_own board_why board_gaps board_no_gaps board_csv
    roster roster_hand_over roster_hand_over_more roster_hand_over_go roster_no_substitute roster_days
    roster_booked roster_withdraw roster_leave roster_first roster_last roster_who roster_swap roster_day
    duty_check duty_check_more duty_check_none
    merges merges_more merges_none merges_done merge_one merge_other merge_why merge_kept merge_gone
    tasks tasks_done household
    log log_more log_who log_act log_about log_from log_to log_when log_detail log_none log_older log_verify
    log_whole log_broken log_days_wrong keeping keeping_more keeping_what keeping_days keeping_rows
    route route_more route_address route_hukou route_pin route_pin_wrong route_ask route_answer
    retry discard discard_sure workers_none link_for link_once name unit roles make_link
    documents corrections corrections_more top1 crisis_recall false_alarms learn_proposed learn_none
    learn_words learn_said learn_at learn_service learn_later learn_accept learn_reject learn_save learn_trial
    learn_trial_more learn_measure learn_before learn_after learn_publish learn_try
    learn_accepted learn_accepted_none learn_drop learn_versions learn_shipped learn_number
    learn_examples learn_now learn_back learn_back_sure learn_decided learn_in_force
    learn_refused_recall learn_refused_danger learn_stale learn_no_version learn_no_service
    learn_bad_text learn_row_stale
    sign_in_name password code code_more sign_in_wrong try_later have_link set_up set_up_lead
    set_up_go setup_factor setup_factor_more setup_picture setup_secret setup_password setup_password_more
    setup_again setup_finish setup_short setup_long setup_common setup_differ code_wrong recovery recovery_more
    recovery_kept recovery_new recovery_new_more account sessions session_here session_begun session_seen
    session_way session_device session_end session_end_others way_password way_link prove prove_more
    prove_link prove_go
    p_not_found p_not_found_text p_forbidden p_forbidden_text p_forged p_forged_text p_large
    p_large_text p_unreadable p_unreadable_text p_away p_away_text p_broken p_broken_text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_everything_and_put_numbers_in_the_same_places() {
        let pairs = zh::WORDS.all().into_iter().zip(en::WORDS.all());
        let pairs = pairs.map(|((key, zh), (_, en))| (key, zh, en));
        let all = [editing::ALL, own::ALL, entry::ALL, operating::ALL].concat();
        for (key, zh, en) in pairs.chain(all) {
            assert!(
                !zh.trim().is_empty() && !en.trim().is_empty(),
                "{key} is empty"
            );
            assert_ne!(zh, en, "{key} is not translated");
            assert_eq!(zh.matches("{}").count(), en.matches("{}").count(), "{key}");
            let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            if key != "other_language" {
                assert!(han(zh), "{key} is not Chinese: {zh}");
                assert!(!han(en), "{key} is not English: {en}");
            }
        }
    }
}
