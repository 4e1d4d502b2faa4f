"""The two vendors' own clients against the fake of their interfaces.

What they sign has to pass our reading of the signatures, the one the fake has
and the one that signs what the gateway sends; and the gateway's request for the
same message has to say the same as theirs.
"""

import json
import os
import urllib.request

from alibabacloud_dysmsapi20170525.client import Client as Aliyun
from alibabacloud_dysmsapi20170525.models import SendSmsRequest as AliyunRequest
from alibabacloud_tea_openapi.models import Config
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import (
    TencentCloudSDKException,
)
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import SendSmsRequest as TencentRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

FAKE = json.loads(os.environ["FAKE"])
HOST = FAKE["url"].split("//")[1]
PHONE, CODE = "13800000000", "482913"
REFUSED = ("AuthFailure.SignatureFailure", "SignatureDoesNotMatch")


def control(path, body=b""):
    request = urllib.request.Request(f"{FAKE['control']}/{path}", data=body)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def tencent(key, code):
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=HOST))
    client = SmsClient(Credential(FAKE["id"], key), FAKE["region"], profile)
    request = TencentRequest()
    request.PhoneNumberSet = [f"+86{PHONE}"]
    request.SmsSdkAppId = FAKE["app"]
    request.TemplateId = FAKE["template"]
    request.SignName = FAKE["signature"]
    request.TemplateParamSet = [code, "5"]
    try:
        return client.SendSms(request).SendStatusSet[0].Code
    except TencentCloudSDKException as error:
        return error.code


def aliyun(key, code):
    config = Config(
        access_key_id=FAKE["id"],
        access_key_secret=key,
        endpoint=HOST,
        protocol="http",
    )
    request = AliyunRequest(
        phone_numbers=PHONE,
        sign_name=FAKE["signature"],
        template_code=FAKE["template"],
        template_param=json.dumps({"code": code}, separators=(",", ":")),
    )
    try:
        return Aliyun(config).send_sms(request).body.code
    except Exception as error:
        return error.code


def check(name, send):
    good = send(FAKE["key"], CODE)
    assert good.upper() == "OK", good
    assert control("taken") == [{"phone": PHONE, "code": CODE}]
    print(f"ok {name}: its client's signature passes both readings")

    theirs = control("last")
    ours = control(f"ours/{name}", f"{PHONE} {CODE}".encode())
    assert ours == theirs, f"\n{ours}\n{theirs}"
    assert control("taken") == [{"phone": PHONE, "code": CODE}] * 2
    print(f"ok {name}: the gateway's request says the same")

    for key in (FAKE["key"] + "x", "other"):
        assert send(key, CODE) in REFUSED, "another key is refused"
    control("answer", b"LimitExceeded.PhoneNumberDailyLimit")
    assert send(FAKE["key"], CODE) == "LimitExceeded.PhoneNumberDailyLimit"
    print(f"ok {name}: its client understands how the fake refuses")
    control("reset")


check("tencent", tencent)
check("aliyun", aliyun)
