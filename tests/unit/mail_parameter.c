/* mail_parameter.c - the parameters of MAIL and RCPT */

#include <string.h>

#include "check.h"
#include "mail/parameter.h"

static void
test_mail(void)
{
	static const char *const wrong[] = { "RET=", "RET=ALL", "ENVID=",
	    "ENVID=a=b", "ENVID=a b", "ENVID=+3", "ENVID=+3d", "ENVID=\xc3",
	    "BODY=BINARYMIME", "SMTPUTF8=yes", NULL };
	struct mail_parameters m = { 0 };
	char text[MAIL_PARAMETERS_SIZE], envid[ENVID_MAX + 8];

	for (int i = 0; wrong[i] != NULL; i++)
		CHECK(parameter_mail(&m, wrong[i]) == PARAMETER_WRONG);
	CHECK(parameter_mail(&m, "SIZE=1") == PARAMETER_UNKNOWN &&
	    parameter_mail(&m, "RET") == PARAMETER_UNKNOWN &&
	    parameter_mail(&m, "") == PARAMETER_UNKNOWN);
	CHECK(parameter_mail_text(&m, text) == 0 && text[0] == '\0');
	memcpy(envid, "envid=", 6);
	memset(envid + 6, 'x', ENVID_MAX + 1);
	envid[6 + ENVID_MAX + 1] = '\0';
	CHECK(parameter_mail(&m, envid) == PARAMETER_WRONG);
	envid[6 + ENVID_MAX] = '\0';
	CHECK(parameter_mail(&m, envid) == PARAMETER_OK);
	CHECK(parameter_mail(&m, "ret=hdrs") == PARAMETER_OK);
	CHECK(parameter_mail(&m, "body=8bitMIME") == PARAMETER_OK);
	CHECK(parameter_mail(&m, "SmtpUtf8") == PARAMETER_OK);
	/* Once is enough. */
	CHECK(parameter_mail(&m, "RET=HDRS") == PARAMETER_WRONG &&
	    parameter_mail(&m, envid) == PARAMETER_WRONG &&
	    parameter_mail(&m, "BODY=7BIT") == PARAMETER_WRONG &&
	    parameter_mail(&m, "SMTPUTF8") == PARAMETER_WRONG);
	CHECK(parameter_mail_text(&m, text) == strlen(text));
	CHECK(strncmp(text, " RET=HDRS ENVID=xxx", 19) == 0 &&
	    strstr(text, "x BODY=8BITMIME SMTPUTF8") != NULL);
}

static void
test_notify(void)
{
	static const char *const wrong[] = { "NOTIFY=", "NOTIFY=,",
	    "NOTIFY=SUCCESS,", "NOTIFY=SUCCESS,SUCCESS", "NOTIFY=NEVER,DELAY",
	    "NOTIFY=DELAY,NEVER", "NOTIFY=SOMETIMES", NULL };
	struct rcpt_parameters r = { 0 }, again;
	char text[RCPT_PARAMETERS_SIZE];

	for (int i = 0; wrong[i] != NULL; i++)
		CHECK(parameter_rcpt(&r, wrong[i]) == PARAMETER_WRONG);
	CHECK(r.notify == 0 && parameter_rcpt_text(&r, text) == 0);
	/* Each choice comes back from its own text. */
	for (unsigned choice = 1; choice <= NOTIFY_NEVER; choice++) {
		r.notify = choice;
		CHECK(parameter_rcpt_text(&r, text) == strlen(text));
		memset(&again, 0, sizeof again);
		CHECK(parameter_rcpt_read(&again, text, strlen(text)));
		CHECK(again.notify == choice);
		CHECK(!parameter_rcpt_read(&again, text, strlen(text)));
	}
	CHECK_TEXT(text, " NOTIFY=NEVER");
	r.notify = 0;
	CHECK(parameter_rcpt(&r, "notify=delay,success") == PARAMETER_OK &&
	    r.notify == (NOTIFY_DELAY | NOTIFY_SUCCESS));
}

static void
test_orcpt(void)
{
	static const char *const wrong[] = { "ORCPT=", "ORCPT=rfc822",
	    "ORCPT=rfc822;", "ORCPT=;x", "ORCPT=rfc 822;x", "ORCPT=rfc822;a=b",
	    "ORCPT=rfc822;\xc3\xa9@x", "ORCPT=r\xc3;x", NULL };
	struct rcpt_parameters r = { 0 };
	char text[RCPT_PARAMETERS_SIZE], value[ORCPT_MAX + 16];

	for (int i = 0; wrong[i] != NULL; i++)
		CHECK(parameter_rcpt(&r, wrong[i]) == PARAMETER_WRONG);
	CHECK(parameter_rcpt(&r, "SIZE=3") == PARAMETER_UNKNOWN);
	memcpy(value, "ORCPT=rfc822;", 13);
	memset(value + 13, 'x', ORCPT_MAX - 6);
	value[6 + ORCPT_MAX + 1] = '\0';
	CHECK(parameter_rcpt(&r, value) == PARAMETER_WRONG);
	value[6 + ORCPT_MAX] = '\0';
	CHECK(parameter_rcpt(&r, value) == PARAMETER_OK);
	CHECK(parameter_rcpt(&r, value) == PARAMETER_WRONG);
	r.notify = NOTIFY_SUCCESS | NOTIFY_FAILURE | NOTIFY_DELAY;
	CHECK(parameter_rcpt_text(&r, text) == strlen(text));
	memset(&r, 0, sizeof r);
	CHECK(parameter_rcpt_read(&r, text, strlen(text)));
	CHECK_TEXT(r.orcpt, value + 6);
	r.orcpt[0] = '\0';
	CHECK(parameter_rcpt(&r, "ORCPT=utf-8;\xc3\xa9@x") == PARAMETER_OK);
}

static void
test_lists(void)
{
	static const char *const wrong[] = { " ", " RET=FULL ", "RET=FULL",
	    "  RET=FULL", " RET=FULL RET=FULL", " NOTIFY=NEVER", NULL };
	struct mail_parameters m;
	char longer[700];

	for (int i = 0; wrong[i] != NULL; i++) {
		memset(&m, 0, sizeof m);
		CHECK(!parameter_mail_read(&m, wrong[i], strlen(wrong[i])));
	}
	memset(longer, 'x', sizeof longer);
	longer[0] = ' ';
	CHECK(!parameter_mail_read(&m, longer, sizeof longer));
	memset(&m, 0, sizeof m);
	CHECK(!parameter_mail_read(&m, " RET\0", 5));
	CHECK(parameter_mail_read(&m, "", 0));
	CHECK(parameter_mail_read(&m, " ENVID=x RET=FULLxx", 17));
	CHECK(m.ret == 'F');
}

static void
test_xtext(void)
{
	char text[32];

	CHECK(parameter_xtext("a+b=c d\xff", text, sizeof text) == 16);
	CHECK_TEXT(text, "a+2Bb+3Dc+20d+FF");
	CHECK(parameter_xtext("abcdefgh", text, 8) == -1);
	parameter_plain("a+2Bb+3Dc+20d+0Ae+zz", text, sizeof text);
	CHECK_TEXT(text, "a+b=c d?e+zz");
	parameter_plain("abcdef", text, 4);
	CHECK_TEXT(text, "abc");
}

int
main(void)
{
	test_mail();
	test_notify();
	test_orcpt();
	test_lists();
	test_xtext();
	return check_end("mail_parameter");
}
