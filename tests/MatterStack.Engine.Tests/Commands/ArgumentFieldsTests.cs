using System.Text.Json;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Commands.Arguments;
using MatterStack.Engine.Commands.Hosting;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>The table of arguments: each row sets the property of its name, and commands take no other argument.</summary>
[TestClass]
public sealed class ArgumentFieldsTests
{
    [TestMethod]
    public void No_argument_has_a_name_that_MSBuild_reserves()
    {
        // XML elements of a project: -p:Output=x is error MSB4177, before any target runs.
        string[] reserved =
        [
            "Project",
            "VisualStudioProject",
            "Target",
            "PropertyGroup",
            "Output",
            "ItemGroup",
            "UsingTask",
            "ProjectExtensions",
            "OnError",
            "ImportGroup",
            "Import",
            "Choose",
            "When",
            "Otherwise",
        ];

        Assert.AreEqual(
            "",
            string.Join(' ', ArgumentFields.All.SelectMany(field => field.Names).Intersect(reserved, StringComparer.OrdinalIgnoreCase))
        );
    }

    [TestMethod]
    public void A_row_sets_the_property_of_its_name_and_no_other()
    {
        var before = ToJson(new RunArguments());
        foreach (var field in ArgumentFields.All)
        {
            var after = ToJson(field.Parse(new RunArguments(), Given((field.Name, GetSample(field)))));

            Assert.AreEqual(field.Name, string.Join(' ', after.Keys.Where(name => after[name] != before[name])));
        }
    }

    [TestMethod]
    public void Every_property_of_the_arguments_has_a_row_except_the_environment_variable()
    {
        var properties = typeof(RunArguments)
            .GetProperties()
            .Select(property => property.Name)
            .Where(name => name is not (nameof(RunArguments.EnvironmentConfig) or "EqualityContract"));

        Assert.AreEqual(string.Join(' ', properties.Order()), string.Join(' ', ArgumentFields.All.Select(field => field.Name).Order()));
    }

    [TestMethod]
    public void Commands_take_the_arguments_of_the_table_and_no_other()
    {
        var taken = CommandTable.All.SelectMany(row => row.Arguments).Distinct(StringComparer.Ordinal).Order();

        Assert.AreEqual(string.Join(' ', ArgumentCheck.Names.Order()), string.Join(' ', taken));
        Assert.AreEqual(ArgumentCheck.Names.Count, ArgumentCheck.Names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [TestMethod]
    public void All_illegal_values_are_reported_at_once()
    {
        var given = Given(("Wait", "yes"), ("LoopTimeout", "0:00:00"), ("MaxSize", "5 XB"), ("RunId", "a"));

        Assert.IsFalse(ArgumentFields.ReadArguments(given).IsSuccess);
        Assert.AreEqual(
            "It takes true or false.|LoopTimeout is '0:00:00'|MaxSize is '5 XB'|Wait is 'yes'",
            string.Join('|', given.Problems.Select(p => p.Message).Append(given.Problems[0].Remedy).Order(StringComparer.Ordinal))
        );
    }

    [TestMethod]
    [DataRow("1000", 1000L)]
    [DataRow("500MB", 500_000_000L)]
    [DataRow("1.5 GiB", 1_610_612_736L)]
    [DataRow("2tib", 2_199_023_255_552L)]
    public void A_size_has_a_decimal_or_a_binary_unit(string text, long bytes) =>
        Assert.AreEqual(bytes, ArgumentFields.ReadArguments(Given(("MaxSize", text))).Value.MaxSize);

    [TestMethod]
    public void A_text_and_a_file_with_it_cannot_both_be_given()
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "reason.txt");
        File.WriteAllText(file, "moved, to B; 100 %\n");

        Assert.AreEqual("moved, to B; 100 %", ArgumentFields.ReadArguments(Given(("ReasonFile", file))).Value.Reason);
        Assert.AreEqual("a;b", ArgumentFields.ReadArguments(Given(("Reason", " a%3Bb "))).Value.Reason);
        Assert.AreEqual(
            "Both Reason and ReasonFile are given",
            ArgumentFields.ReadArguments(Given(("Reason", "x"), ("ReasonFile", file))).Problems.Single().Message
        );
    }

    [TestMethod]
    public void A_relative_path_is_relative_to_the_folder_in_which_the_command_was_started() =>
        Assert.AreEqual(
            "/start/there/wiring.yaml",
            ArgumentFields.ReadArguments(Given(("OperatorsConfig", "there/wiring.yaml"))).Value.OperatorsConfig
        );

    private static GivenArguments Given(params (string Name, string Value)[] properties) =>
        new(properties.ToDictionary(p => p.Name, p => p.Value, StringComparer.OrdinalIgnoreCase), "/start");

    private static string GetSample(ArgumentField field) =>
        field switch
        {
            FlagArgument => "true",
            TimeSpanArgument => "1.02:03:04",
            SizeArgument or NumberArgument or CountArgument => "1",
            _ => "sample",
        };

    private static Dictionary<string, string> ToJson(RunArguments arguments) =>
        typeof(RunArguments)
            .GetProperties()
            .ToDictionary(property => property.Name, property => JsonSerializer.Serialize(property.GetValue(arguments)));
}
