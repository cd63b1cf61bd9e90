// Drives a sandbox with two clients from npm, unmodified, and prints what each got as one JSON document.
//
// Usage: node contract.mjs HOST:PORT KEY_ID SECRET
//
// @alicloud/dysmsapi20170525 is the platform's official SDK (ACS3-HMAC-SHA256); @alicloud/pop-core is the older client
// that many programs still use: RPC version 1 (HMAC-SHA1), as GET and as POST with a form body.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const sdk = require("@alicloud/dysmsapi20170525");
const { Config } = require("@alicloud/openapi-client");
const PopCore = require("@alicloud/pop-core");

const [endpoint, accessKeyId, accessKeySecret] = process.argv.slice(2);
const told = {};

async function tell(name, call) {
  try {
    told[name] = { ok: await call() };
  } catch (failure) {
    const data = failure.data ?? {};
    told[name] = {
      error: {
        code: failure.code,
        status: failure.statusCode ?? data.statusCode ?? failure.data?.httpStatus ?? null,
        message: String(failure.message),
        requestId: data.RequestId ?? data.requestId ?? null,
      },
    };
  }
}

function official(secret) {
  const config = new Config({ accessKeyId, accessKeySecret: secret, endpoint, protocol: "http" });
  return new sdk.default(config);
}

function legacy(secret) {
  return new PopCore({ accessKeyId, accessKeySecret: secret, endpoint: `http://${endpoint}`, apiVersion: "2017-05-25" });
}

const APPLICATION = { signName: "云杉科技", signSource: 0, qualificationId: 900001, thirdParty: false, remark: "a b+c~*" };

const client = official(accessKeySecret);
await tell("sdk.create", async () => (await client.createSmsSign(new sdk.CreateSmsSignRequest(APPLICATION))).body);
await tell("sdk.create again", async () => (await client.createSmsSign(new sdk.CreateSmsSignRequest(APPLICATION))).body);
await tell("sdk.get", async () => (await client.getSmsSign(new sdk.GetSmsSignRequest({ signName: "云杉科技" }))).body);
await tell("sdk.list", async () => (await client.querySmsSignList(new sdk.QuerySmsSignListRequest({}))).body);
await tell("sdk.qualification", async () =>
  (await client.querySingleSmsQualification(
    new sdk.QuerySingleSmsQualificationRequest({ qualificationGroupId: 900001 }),
  )).body);
await tell("sdk.letter", async () =>
  (await client.querySmsAuthorizationLetter(
    new sdk.QuerySmsAuthorizationLetterRequest({ authorizationLetterIdList: [800001] }),
  )).body);
await tell("sdk.send", async () =>
  (await client.sendSms(
    new sdk.SendSmsRequest({
      phoneNumbers: "13900000001",
      signName: "云杉科技",
      templateCode: "SMS_900001",
      templateParam: JSON.stringify({ code: "123456" }),
      outId: "node",
    }),
  )).body);
await tell("sdk.unknown", async () => (await client.getSmsSign(new sdk.GetSmsSignRequest({ signName: "没有" }))).body);
await tell("sdk.wrong secret", async () =>
  (await official("wrong").getSmsSign(new sdk.GetSmsSignRequest({ signName: "云杉科技" }))).body);

const pop = legacy(accessKeySecret);
for (const method of ["GET", "POST"]) {
  await tell(`pop.get ${method}`, () => pop.request("GetSmsSign", { SignName: "云杉科技" }, { method }));
  await tell(`pop.unknown ${method}`, () => pop.request("GetSmsSign", { SignName: "没有" }, { method }));
  await tell(`pop.wrong secret ${method}`, () =>
    legacy("wrong").request("GetSmsSign", { SignName: "云杉科技" }, { method }));
  await tell(`pop.no such operation ${method}`, () => pop.request("NoSuchOperation", {}, { method }));
}

process.stdout.write(`${JSON.stringify(told, null, 1)}\n`);
