using MatterStack.Engine.Identity;
using MatterStack.Engine.Wiring;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>All 64 combinations of the six inputs, against a table written out by hand, decided by the whole keeper over files.</summary>
[TestClass]
public sealed class PrecedenceTests
{
    private const string CliFile = "/site/cli.yaml";
    private const string EnvFile = "/site/env.yaml";
    private const string HpcFile = "/site/hpc.yaml";

    // Rows: OperatorsConfig, run, workspace default, variable. Columns: no legacy argument, HpcConfig, Profile, both.
    private static readonly (string Inputs, string None, string Hpc, string Profile, string Both)[] Table =
    [
        ("- - - -", "builtin_default", "legacy_hpc_yaml", "legacy_profile", "conflict"),
        ("- - - v", "env_var", "env_var", "env_var", "conflict"),
        ("- - w -", "workspace_default", "workspace_default", "workspace_default", "conflict"),
        ("- - w v", "workspace_default", "workspace_default", "workspace_default", "conflict"),
        ("- r - -", "run_persisted", "run_persisted", "run_persisted", "conflict"),
        ("- r - v", "run_persisted", "run_persisted", "run_persisted", "conflict"),
        ("- r w -", "run_persisted", "run_persisted", "run_persisted", "conflict"),
        ("- r w v", "run_persisted", "run_persisted", "run_persisted", "conflict"),
        ("c - - -", "cli", "conflict", "conflict", "conflict"),
        ("c - - v", "cli", "conflict", "conflict", "conflict"),
        ("c - w -", "cli", "conflict", "conflict", "conflict"),
        ("c - w v", "cli", "conflict", "conflict", "conflict"),
        ("c r - -", "cli", "conflict", "conflict", "conflict"),
        ("c r - v", "cli", "conflict", "conflict", "conflict"),
        ("c r w -", "cli", "conflict", "conflict", "conflict"),
        ("c r w v", "cli", "conflict", "conflict", "conflict"),
    ];

    public static IEnumerable<object[]> Combinations =>
        from row in Table
        from column in new (bool Hpc, bool Profile, string Expected)[]
        {
            (false, false, row.None),
            (true, false, row.Hpc),
            (false, true, row.Profile),
            (true, true, row.Both),
        }
        select new object[] { row.Inputs, column.Hpc, column.Profile, column.Expected };

    [TestMethod]
    public void The_table_has_every_combination() =>
        Assert.HasCount(64, Combinations.DistinctBy(static row => $"{row[0]}{row[1]}{row[2]}").ToArray());

    [TestMethod]
    [DynamicData(nameof(Combinations))]
    public void Precedence_is_as_the_table_says(string inputs, bool hpc, bool profile, string expected)
    {
        var world = new WiringWorld()
            .With(HpcFile, LegacyTests.Curc)
            .With(WiringWorld.Home + "/.matterstack/config.yaml", LegacyTests.Profiles);
        if (inputs.Contains('r'))
        {
            world.With("/site/first.yaml", Wiring(5));
            world.Resolve(request => request with { OperatorsConfig = "/site/first.yaml" }).GetValueOrThrow();
        }

        world.With(CliFile, Wiring(inputs.Contains('r') ? 5 : 1));
        world.With(EnvFile, Wiring(2));
        if (inputs.Contains('w'))
        {
            world.With(WiringWorld.Default, Wiring(3));
        }

        var before = world.Disk.Writes;
        var result = world.Resolve(request =>
            request with
            {
                OperatorsConfig = inputs.Contains('c') ? CliFile : null,
                EnvironmentConfig = inputs.Contains('v') ? EnvFile : null,
                HpcConfig = hpc ? HpcFile : null,
                Profile = profile ? "alpine" : null,
            }
        );

        if (expected == "conflict")
        {
            ProblemAssert.Single(WiringCodes.ConflictingArguments, result);
            Assert.AreEqual(before, world.Disk.Writes);
            return;
        }

        var wiring = result.Value;
        Assert.AreEqual(expected, wiring.Source.ToText());
        var limit = wiring.Operators.Operators[OperatorKey.LocalDefault].MaxConcurrent;
        Assert.AreEqual(
            expected switch
            {
                "cli" => inputs.Contains('r') ? 5 : 1,
                "run_persisted" => 5,
                "workspace_default" => 3,
                "env_var" => 2,
                _ => (int?)null,
            },
            limit
        );
        var ignored = wiring.Warnings.SingleOrDefault(static notice => notice.Code == WiringCodes.ArgumentIgnored);
        Assert.AreEqual((hpc || profile) && !expected.StartsWith("legacy", StringComparison.Ordinal), ignored is not null);
        if (ignored is not null)
        {
            Assert.StartsWith(hpc ? "HpcConfig has no effect" : "Profile has no effect", ignored.Message);
        }
    }

    [TestMethod]
    [DataRow("cli")]
    [DataRow("env")]
    [DataRow("hpc")]
    [DataRow("profiles")]
    public void A_file_named_explicitly_that_does_not_exist_is_an_error_and_nothing_is_written(string which)
    {
        var world = new WiringWorld();

        var result = world.Resolve(request =>
            which switch
            {
                "cli" => request with { OperatorsConfig = "/nowhere.yaml" },
                "env" => request with { EnvironmentConfig = "/nowhere.yaml" },
                "hpc" => request with { HpcConfig = "/nowhere.yaml" },
                _ => request with { Profile = "alpine", ProfilesConfig = "/nowhere.yaml" },
            }
        );

        var problem = ProblemAssert.Single(WiringCodes.FileNotFound, result);
        Assert.Contains("/nowhere.yaml", problem.Message);
        Assert.Contains(
            which switch
            {
                "cli" => "OperatorsConfig",
                "env" => "MATTERSTACK_OPERATORS_CONFIG",
                "hpc" => "HpcConfig",
                _ => "ProfilesConfig",
            },
            problem.Message
        );
        Assert.AreEqual(0, world.Disk.Writes);
    }

    [TestMethod]
    public void An_argument_that_names_no_file_is_an_error_on_a_wired_run_too()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        world.Resolve().GetValueOrThrow();

        ProblemAssert.Single(
            WiringCodes.FileNotFound,
            world.Resolve(request => request with { OperatorsConfig = "/nowhere.yaml", IsForced = true })
        );
        Assert.HasCount(1, world.Events);
    }

    [TestMethod]
    public void The_environment_variable_never_matters_once_a_run_is_wired_even_if_it_names_no_file()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);
        var first = world.Resolve().Value;
        world.Disk.DeleteFile(WiringWorld.Default);

        var later = world.Resolve(request => request with { EnvironmentConfig = "/nowhere.yaml" }).Value;

        Assert.AreEqual(first.Hash, later.Hash);
        Assert.IsEmpty(later.Warnings);
    }

    [TestMethod]
    public void A_folder_an_unreadable_file_and_a_huge_file_are_errors()
    {
        var world = new WiringWorld()
            .With("/folder/file", "")
            .With("/locked.yaml", WiringWorld.One)
            .With("/huge.yaml", new string('#', (1 << 20) + 1));
        world.Disk.Forbidden.Add("/locked.yaml");

        ProblemAssert.Single(WiringCodes.FileUnreadable, world.Resolve(request => request with { OperatorsConfig = "/folder" }));
        ProblemAssert.Single(WiringCodes.FileUnreadable, world.Resolve(request => request with { OperatorsConfig = "/locked.yaml" }));
        ProblemAssert.Single(WiringCodes.TooLarge, world.Resolve(request => request with { OperatorsConfig = "/huge.yaml" }));
        Assert.AreEqual(0, world.Disk.Writes);
    }

    [TestMethod]
    public void Without_a_run_nothing_is_written()
    {
        var world = new WiringWorld().With(WiringWorld.Default, WiringWorld.One);

        var wiring = world.Keeper.ResolveWithoutRun(WiringWorld.Request).Value;

        Assert.AreEqual(WiringSource.WorkspaceDefault, wiring.Source);
        Assert.AreEqual(0, world.Disk.Writes);
    }

    private static string Wiring(int limit) => $"operators:\n  local.default: {{ kind: local, max_concurrent: {limit} }}\n";
}
