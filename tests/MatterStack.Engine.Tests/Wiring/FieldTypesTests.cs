using System.Text;
using System.Text.Json;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>Each type of field with a structure: values, mistakes with positions, hash, JSON schema, and the written form.</summary>
[TestClass]
public sealed class FieldTypesTests
{
    private static readonly WiringSchema Schema = Schedulers.Schema.WithAdditional(
        new OperatorKind(
            "furnace",
            "A tube furnace.",
            [],
            [
                new Field("quiet", FieldType.Boolean, "Whether it beeps.") { Default = "false" },
                new Field("zones", FieldType.Devices, "Heating zones."),
                new Field("stock", FieldType.IntegerMap, "Crucibles by name.")
                {
                    Minimum = 1,
                    Pattern = "^[A-Za-z0-9_]+$",
                    PatternDescription = "names of letters, digits and '_'",
                },
                new Field("programs", FieldType.GroupMap, "Programs by name.")
                {
                    Pattern = "^[A-Za-z0-9_.]+$",
                    PatternDescription = "names of letters, digits, '.' and '_'",
                    Fields =
                    [
                        new("ramp", FieldType.Integer, "Heating rate.") { IsRequired = true },
                        new("gas", FieldType.Word, "Atmosphere.") { Default = "air" },
                        new("note", FieldType.Text, "For people.") { AffectsResults = false },
                    ],
                },
                new Field("steps", FieldType.GroupList, "Steps of a ramp.")
                {
                    Fields =
                    [
                        new("to", FieldType.Integer, "Temperature.") { IsRequired = true },
                        new("gas", FieldType.Word, "Gas.") { Default = "air" },
                    ],
                },
            ]
        )
    );

    private const string Full =
        "quiet: true, zones: [0, GPU-1a], stock: { quartz: 2, 'true': 1 }, "
        + "programs: { '1': { ramp: 5 }, slow: { ramp: 1, gas: argon, note: n } }, steps: [ { to: 100 }, { to: 900, gas: argon } ]";

    [TestMethod]
    public void Values_are_read()
    {
        var settings = Read(Full).Settings;

        Assert.AreEqual(true, settings.GetBoolean("quiet"));
        Assert.AreEqual("0 GPU-1a", string.Join(' ', settings.GetDevices("zones")!));
        Assert.AreEqual(2, settings.GetIntegerMap("stock")["quartz"]);
        Assert.AreEqual("argon", settings.GetGroup("programs")!.GetGroup("slow")!.GetText("gas"));
        Assert.AreEqual(900, settings.GetGroupList("steps")[1].GetInteger("to"));
        Assert.IsNull(Read("").Settings.GetBoolean("quiet"));
        Assert.IsNull(Read("").Settings.GetDevices("zones"));
        Assert.IsEmpty(Read("").Settings.GetGroupList("steps"));
        Assert.IsEmpty(Read("").Settings.GetIntegerMap("stock"));
    }

    [TestMethod]
    public void A_number_of_devices_has_the_meaning_of_their_names()
    {
        Assert.AreEqual(Read("zones: [0, 1]").Hash, Read("zones: 2").Hash);
        Assert.IsEmpty(Read("zones: 0").Settings.GetDevices("zones")!);
        Assert.AreNotEqual(Read("").Hash, Read("zones: 0").Hash, "no device is not the same as not stated");
    }

    [TestMethod]
    [DataRow("quiet: 'true'", "'quiet' is text; it must be true or false")]
    [DataRow("quiet: 1", "'quiet' is an integer; it must be true or false")]
    [DataRow("zones: -1", "'zones' is -1")]
    [DataRow("zones: 5000", "'zones' is 5000")]
    [DataRow("zones: [0, 0]", "'zones' names the device '0' twice")]
    [DataRow("zones: [a b]", "An item of 'zones' is not the name of a device")]
    [DataRow("zones: [1.5]", "An item of 'zones' is not the name of a device")]
    [DataRow("zones: two", "'zones' is text; it must be a number or a list of devices")]
    [DataRow("stock: { quartz: 0 }", "'stock.quartz' is 0; it must be a positive integer")]
    [DataRow("stock: { quartz: few }", "'stock.quartz' is text; it must be a positive integer")]
    [DataRow("stock: { 'a b': 1 }", "'a b' is not allowed in 'stock': names of letters, digits and '_'")]
    [DataRow("stock: [1]", "'stock' is a list; it must be a mapping")]
    [DataRow("programs: { slow: 3 }", "'programs.slow' is an integer; it must be a mapping")]
    [DataRow("programs: { slow: { gas: air } }", "'programs.slow' lacks the key 'ramp'")]
    [DataRow("programs: { slow: { ramp: 1, gass: air } }", "'gass' is not a key of 'programs.slow'")]
    [DataRow("programs: { 'a b': { ramp: 1 } }", "'a b' is not allowed in 'programs': names of letters, digits, '.' and '_'")]
    [DataRow("programs: x", "'programs' is text; it must be a mapping")]
    [DataRow("steps: { to: 1 }", "'steps' is a mapping; it must be a list of mappings")]
    [DataRow("steps: [1]", "An item of 'steps' is an integer; it must be a mapping")]
    [DataRow("steps: [{ gas: air }]", "An item of 'steps' lacks the key 'to'")]
    public void A_mistake_has_a_message_and_a_place_and_the_schema_refuses_it(string keys, string message)
    {
        var problem = Parse(keys).Problems.Single();

        StringAssert.StartsWith(problem.Message, message);
        Assert.AreEqual(2, problem.Position!.Line);
        Assert.IsGreaterThan(20, problem.Position.Column);
        Assert.IsFalse(IsAccepted(keys));
    }

    [TestMethod]
    public void Defaults_order_and_what_does_not_affect_results_leave_the_hash()
    {
        Assert.AreEqual(Read("").Hash, Read("quiet: false, stock: {}, programs: {}, steps: []").Hash);
        Assert.AreEqual(
            Read("programs: { a: { ramp: 5, gas: air, note: x }, b: { ramp: 1 } }, steps: [{ to: 1, gas: air }]").Hash,
            Read("steps: [{ gas: air, to: 1 }], programs: { b: { ramp: 1 }, a: { ramp: 5 } }").Hash
        );
        Assert.AreNotEqual(Read("programs: { a: { ramp: 5 } }").Hash, Read("programs: { b: { ramp: 5 } }").Hash);
        Assert.AreNotEqual(Read("steps: [{ to: 1 }, { to: 2 }]").Hash, Read("steps: [{ to: 2 }, { to: 1 }]").Hash);
        Assert.AreNotEqual(Read("stock: { a: 1 }").Hash, Read("stock: { a: 2 }").Hash);
        Assert.AreNotEqual(Read("").Hash, Read("quiet: true").Hash);
    }

    [TestMethod]
    public void The_schema_accepts_what_the_parser_accepts()
    {
        Assert.IsTrue(IsAccepted(Full));
        Assert.IsTrue(IsAccepted("zones: 3, quiet: null, steps: null"));
    }

    [TestMethod]
    public void A_written_file_has_the_same_meaning()
    {
        var furnace = Read(Full);
        var written = OperatorsFileWriter.Write(
            "test",
            Settings.Empty,
            [new OperatorEntry("furnace.a", "furnace", furnace.Settings, null, Settings.Empty)]
        );
        var read = OperatorsFile.Parse(written, "written.yaml", Schema, null);

        Assert.IsTrue(read.IsSuccess, string.Join('\n', read.Problems) + Encoding.UTF8.GetString(written));
        Assert.IsTrue(read.Value.HasSameMeaningAs(Parse(Full).Value));
    }

    [TestMethod]
    public void A_name_that_users_choose_is_no_secret_but_a_variable_is()
    {
        var problems = Parse("codes: { token: { command: lmp, env: { API_TOKEN: abc } } }").Problems;

        Assert.AreEqual(
            "'API_TOKEN' names a secret, and its value is a literal",
            problems.Single(problem => problem.Code == WiringCodes.SecretLiteral).Message
        );
    }

    private static OperatorWiring Read(string keys)
    {
        var parsed = Parse(keys);
        Assert.IsTrue(parsed.IsSuccess, string.Join('\n', parsed.Problems));
        return parsed.Value.Operators[OperatorKey.FromTrusted("furnace.a")];
    }

    private static Result<OperatorsFile> Parse(string keys, string more = "") =>
        OperatorsFile.Parse(Encoding.UTF8.GetBytes($"operators:\n  furnace.a: {{ {keys} }}\n{more}"), "operators.yaml", Schema, null);

    private static bool IsAccepted(string keys) =>
        new SchemaChecker(JsonDocument.Parse(JsonSchemaWriter.WriteSchema(Schema)).RootElement).Accepts(
            YamlReader.Read($"operators:\n  furnace.a: {{ {keys} }}\n", "", [])!
        );
}
