using System.Text;
using System.Text.Json;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>A kind of operator that a campaign brings along is checked like those that come with MatterStack.</summary>
[TestClass]
public sealed class CustomKindTests
{
    private static readonly WiringSchema Schema = Schedulers.Schema.WithAdditional(
        new OperatorKind(
            "furnace",
            "A tube furnace.",
            [],
            [
                new Field("address", FieldType.Text, "Where it listens.") { IsRequired = true },
                new Field("ramp", FieldType.Integer, "Heating rate.") { Minimum = 1, Unit = "K/min" },
                new Field("gas", FieldType.Word, "Atmosphere.") { Choices = ["argon", "air"], Default = "air" },
                new Field("beeps", FieldType.Integer, "When done.") { AffectsResults = false },
                new Field("token", FieldType.Text, "For its interface."),
            ]
        )
    );

    [TestMethod]
    public void Its_keys_are_read()
    {
        var furnace = Parse("furnace.tube2: { address: 'tcp://x', ramp: 5, token: '${env:FURNACE}' }").Value.Operators[
            OperatorKey.FromTrusted("furnace.tube2")
        ];

        Assert.AreEqual(
            ("tcp://x", 5, "${env:FURNACE}"),
            (furnace.Settings.GetText("address"), furnace.Settings.GetInteger("ramp"), furnace.Settings.GetText("token"))
        );
        Assert.IsInstanceOfType<Backend.None>(furnace.Backend);
    }

    [TestMethod]
    public void Its_mistakes_have_codes_and_places()
    {
        var problems = Parse("furnace.tube2: { ramp: 0, gas: neon, adress: x, token: hunter2, backend: { type: local } }").Problems;

        CollectionAssert.AreEquivalent(
            new[]
            {
                WiringCodes.MissingKey,
                WiringCodes.BadValue,
                WiringCodes.BadValue,
                WiringCodes.UnknownKey,
                WiringCodes.SecretLiteral,
                WiringCodes.BackendNotAllowed,
            },
            problems.Select(static problem => problem.Code).ToArray()
        );
        Assert.IsTrue(problems.All(static problem => problem.Position!.Line == 2));
    }

    [TestMethod]
    public void Its_defaults_and_what_does_not_affect_results_leave_the_hash()
    {
        var plain = Hash("furnace.tube2: { address: x }");

        Assert.AreEqual(plain, Hash("furnace.tube2: { address: x, gas: air, beeps: 3 }"));
        Assert.AreNotEqual(plain, Hash("furnace.tube2: { address: x, gas: argon }"));
    }

    [TestMethod]
    public void It_has_a_JSON_schema()
    {
        var checker = new SchemaChecker(JsonDocument.Parse(JsonSchemaWriter.WriteSchema(Schema)).RootElement);
        bool Accepts(string text) => checker.Accepts(MatterStack.Engine.Wiring.Parsing.YamlReader.Read("operators:\n  " + text, "", [])!);

        Assert.IsTrue(Accepts("furnace.tube2: { address: x, gas: argon, token: '${env:A}' }"));
        Assert.IsFalse(Accepts("furnace.tube2: { gas: argon }"));
        Assert.IsFalse(Accepts("furnace.tube2: { address: x, token: hunter2 }"));
    }

    private static Result<OperatorsFile> Parse(string text) =>
        OperatorsFile.Parse(Encoding.UTF8.GetBytes("operators:\n  " + text), "operators.yaml", Schema, outside: null);

    private static Sha256 Hash(string text) => Parse(text).Value.Operators[OperatorKey.FromTrusted("furnace.tube2")].Hash;
}
