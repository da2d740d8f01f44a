using System.Security.Cryptography;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Hosting;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>A signature says who vouches for a bundle; that others can check it is tested with openssl elsewhere.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class SignatureTests : IDisposable
{
    private readonly EvidenceWorld _evidence = new EvidenceWorld().Run();

    public void Dispose() => _evidence.Dispose();

    [TestMethod]
    public void A_signed_bundle_is_verified_with_its_key_and_not_with_another()
    {
        var (key, other) = (Key("key.pem"), Key("other.pem"));
        _evidence.Export(new RunArguments { EvidenceKey = key });

        Assert.IsEmpty(EvidenceWorld.Verify(_evidence.Evidence));
        Assert.IsEmpty(EvidenceWorld.Verify(_evidence.Evidence, key));
        Assert.IsEmpty(EvidenceWorld.Verify(_evidence.Evidence, Public(key)));
        StringAssert.Contains(EvidenceWorld.Verify(_evidence.Evidence, other).Single(), "MATTER5031");
        var signature = File.ReadAllText(Path.Combine(_evidence.Evidence, "signature.dsse.json"));
        Assert.AreEqual("false", _evidence.Export(new RunArguments { EvidenceKey = key }).Items[0].Metadata["written"]);
        Assert.AreEqual(
            signature,
            File.ReadAllText(Path.Combine(_evidence.Evidence, "signature.dsse.json")),
            "one that fits is not made anew"
        );
    }

    [TestMethod]
    public void A_signature_over_another_bundle_does_not_fit_and_one_that_is_outdated_goes()
    {
        var key = Key("key.pem");
        _evidence.Export(new RunArguments { EvidenceKey = key });
        File.AppendAllText(Path.Combine(_evidence.Evidence, "report.md"), "more");
        _evidence.Forge("ro-crate-metadata.json", _ => { });
        Assert.IsTrue(EvidenceWorld.Verify(_evidence.Evidence).Exists(w => w.Contains("MATTER5031", StringComparison.Ordinal)));

        File.Delete(Path.Combine(_evidence.Evidence, "manifest-sha256.txt"));
        _evidence.Export();

        Assert.IsFalse(File.Exists(Path.Combine(_evidence.Evidence, "signature.dsse.json")));
        StringAssert.Contains(EvidenceWorld.Verify(_evidence.Evidence, key).Single(), "is not signed");
    }

    [TestMethod]
    public void A_signature_of_another_key_and_one_that_was_changed_are_distinguished()
    {
        var (key, other) = (Key("key.pem"), Key("other.pem"));
        _evidence.Export(new RunArguments { EvidenceKey = key });
        StringAssert.Contains(EvidenceWorld.Verify(_evidence.Evidence, other).Single(), "names another key than EvidenceKey");

        var file = Path.Combine(_evidence.Evidence, "signature.dsse.json");
        var envelope = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!;
        var text = (string)envelope["signatures"]![0]!["sig"]!;
        var bytes = Convert.FromBase64String(text);
        bytes[^1] ^= 1;
        File.WriteAllText(file, File.ReadAllText(file).Replace(text, Convert.ToBase64String(bytes), StringComparison.Ordinal));

        var wrong = EvidenceWorld.Verify(_evidence.Evidence, key).Single();
        StringAssert.Contains(wrong, "the signature or the statement was changed");
        Assert.IsFalse(wrong.Contains("another key", StringComparison.Ordinal), wrong);
    }

    [TestMethod]
    public void A_key_that_cannot_sign_is_an_error_before_anything_is_written()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var files = new[]
        {
            _evidence.World.In("none.pem"),
            _evidence.World.Write("text.pem", "hello"),
            _evidence.World.Write("p384.pem", curve.ExportPkcs8PrivateKeyPem()),
            Public(Key("key.pem")),
        };
        foreach (var file in files)
        {
            Assert.IsFalse(ExportEvidenceCommand.Execute(_evidence.World.Context(new RunArguments { EvidenceKey = file })).Success, file);
            Assert.AreEqual("MATTER5030", _evidence.World.Reported[^1].Code.ToString(), _evidence.Reported());
        }
    }

    private string Key(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return _evidence.World.Write(name, key.ExportPkcs8PrivateKeyPem());
    }

    private string Public(string path)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return _evidence.World.Write("public-" + Path.GetFileName(path), key.ExportSubjectPublicKeyInfoPem());
    }
}
