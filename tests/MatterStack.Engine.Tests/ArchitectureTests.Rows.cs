namespace MatterStack.Engine.Tests;

/// <content>Folders of the engine, and what each may use.</content>
public sealed partial class ArchitectureTests
{
    private const string Ground = "ground";
    private static readonly string[] GroundFolders = ["Problems", "Identity", "Files"];

    // What every kind of operator needs.
    private static readonly string[] Kind = [Ground, "Campaigns", "Wiring", "Wiring/Fields", "Lifecycle/Model", "Operators"];

    // A row names a folder of the engine and the folders whose types it may use; "X/*" stands for X and all folders in it.
    // A folder without a row belongs to the row of the folder that contains it. docs/architecture.md has the same table.
    private static readonly (string Folder, string[] MayUse)[] Rows =
    [
        ("Problems", []),
        ("Identity", []),
        ("Files", ["Problems", "Identity"]),
        ("Campaigns", [Ground]),
        ("Campaigns/Declarations", [Ground, "Campaigns"]),
        ("Campaigns/Loading", [Ground, "Campaigns", "Campaigns/Declarations"]),
        ("Campaigns/Harness", [Ground, "Campaigns", "Campaigns/Declarations", "Campaigns/Loading"]),
        ("Wiring/Fields", []),
        ("Wiring", [Ground, "Wiring/Fields"]),
        ("Wiring/Parsing", [Ground, "Wiring", "Wiring/Fields"]),
        ("Wiring/Secrets", [Ground, "Wiring", "Wiring/Parsing"]),
        ("Wiring/Legacy", [Ground, "Wiring", "Wiring/Fields", "Wiring/Parsing"]),
        ("Wiring/Snapshots", [Ground, "Wiring", "Wiring/Parsing"]),
        ("Wiring/Resolving", [Ground, "Wiring", "Wiring/Fields", "Wiring/Parsing", "Wiring/Legacy", "Wiring/Snapshots"]),
        ("Lifecycle/Model", [Ground, "Campaigns", "Wiring"]),
        ("Lifecycle/Selections", [Ground, "Lifecycle/Model"]),
        ("Lifecycle/Planning", [Ground, "Campaigns", "Lifecycle/Model", "Lifecycle/Selections"]),
        ("Lifecycle/Prediction", [Ground, "Lifecycle/Model", "Lifecycle/Planning"]),
        ("Transports/Shell", [Ground]),
        ("Transports/Http", [Ground, "Wiring/Secrets"]),
        ("Operators/Processes/Native", [Ground]),
        ("Operators/Processes", [Ground, "Operators/Processes/Native"]),
        ("Operators/Attempts", [Ground, "Campaigns", "Lifecycle/Model"]),
        (
            "Operators",
            [
                Ground,
                "Campaigns",
                "Campaigns/Declarations",
                "Wiring",
                "Wiring/Fields",
                "Wiring/Secrets",
                "Lifecycle/Model",
                "Operators/Processes",
                "Operators/Attempts",
            ]
        ),
        (
            "Operators/Scripts",
            [Ground, "Campaigns", "Campaigns/Declarations", "Wiring", "Wiring/Parsing", "Lifecycle/Model", "Transports/Shell", "Operators"]
        ),
        ("Operators/Exchange", [Ground, "Lifecycle/Model", "Operators"]),
        (
            "Operators/Local",
            [
                .. Kind,
                "Wiring/Parsing",
                "Lifecycle/Planning",
                "Transports/Shell",
                "Operators/Processes/*",
                "Operators/Attempts",
                "Operators/Scripts",
            ]
        ),
        ("Operators/Hpc/Staging", [.. Kind, "Campaigns/Declarations", "Transports/Shell", "Operators/Attempts", "Operators/Scripts"]),
        (
            "Operators/Hpc",
            [
                .. Kind,
                "Wiring/Parsing",
                "Lifecycle/Planning",
                "Transports/Shell",
                "Operators/Processes",
                "Operators/Attempts",
                "Operators/Scripts",
                "Operators/Hpc/Staging",
            ]
        ),
        ("Operators/Hpc/Slurm", [.. Kind, "Wiring/Parsing", "Transports/Shell", "Operators/Hpc"]),
        ("Operators/Hpc/GridEngine", [.. Kind, "Wiring/Parsing", "Transports/Shell", "Operators/Hpc"]),
        ("Operators/Human", [.. Kind, "Operators/Exchange"]),
        ("Operators/Experiment/Api", [.. Kind, "Transports/Http", "Operators/Exchange"]),
        ("Operators/Experiment", [.. Kind, "Transports/Http", "Operators/Exchange", "Operators/Experiment/Api"]),
        ("Operators/ManualHpc", [.. Kind, "Wiring/Parsing", "Campaigns/Declarations", "Operators/Scripts", "Operators/Exchange"]),
        ("Operators/Plugins", [.. Kind, "Campaigns/Loading"]),
        ("Caching", [Ground]),
        ("Runs", [Ground, "Wiring/Snapshots", "Operators/Attempts"]),
        ("Runs/Store/Sqlite", [Ground, "Runs"]),
        (
            "Runs/Store",
            [
                Ground,
                "Campaigns",
                "Campaigns/Declarations",
                "Campaigns/Loading",
                "Wiring",
                "Wiring/Snapshots",
                "Wiring/Resolving",
                "Lifecycle/Model",
                "Lifecycle/Selections",
                "Operators",
                "Caching",
                "Runs",
                "Runs/Store/Sqlite",
            ]
        ),
        (
            "Runs/Cache",
            [
                Ground,
                "Campaigns",
                "Campaigns/Declarations",
                "Lifecycle/Model",
                "Operators",
                "Operators/Attempts",
                "Caching",
                "Runs",
                "Runs/Store",
            ]
        ),
        (
            "Runs/Hooks",
            [
                Ground,
                "Wiring",
                "Wiring/Fields",
                "Wiring/Parsing",
                "Wiring/Secrets",
                "Lifecycle/Model",
                "Transports/Http",
                "Runs",
                "Runs/Store",
            ]
        ),
        ("Runs/Iterations", [Ground, "Campaigns", "Campaigns/Declarations", "Campaigns/Loading", "Lifecycle/Model", "Runs", "Runs/Store"]),
        ("Runs/Usage", [Ground, "Lifecycle/Model", "Runs/Store"]),
        ("Runs/Publishing", [Ground, "Campaigns", "Campaigns/Declarations", "Lifecycle/Model", "Runs", "Runs/Store"]),
        ("Runs/Limits", [Ground, "Lifecycle/Model", "Operators/Processes", "Runs", "Runs/Store"]),
        (
            "Runs/Conducting",
            [
                Ground,
                "Campaigns",
                "Wiring",
                "Wiring/Parsing",
                "Wiring/Secrets",
                "Lifecycle/*",
                "Operators",
                "Runs",
                "Runs/Store",
                "Runs/Cache",
                "Runs/Hooks",
                "Runs/Iterations",
                "Runs/Limits",
            ]
        ),
        (
            "Runs/Checks",
            [
                Ground,
                "Campaigns",
                "Campaigns/Declarations",
                "Wiring",
                "Wiring/Fields",
                "Wiring/Resolving",
                "Lifecycle/Model",
                "Caching",
                "Runs",
                "Runs/Store",
                "Runs/Cache",
            ]
        ),
        (
            "Runs/Prediction",
            [
                Ground,
                "Campaigns",
                "Campaigns/Declarations",
                "Campaigns/Loading",
                "Wiring/Resolving",
                "Wiring/Parsing",
                "Lifecycle/*",
                "Operators",
                "Caching",
                "Runs",
                "Runs/Store",
            ]
        ),
        ("Reports", [Ground, "Campaigns", "Campaigns/Declarations", "Lifecycle/Model", "Runs", "Runs/Store/*"]),
        ("Reports/Tables", [Ground, "Lifecycle/Model", "Lifecycle/Selections", "Runs", "Runs/Store", "Runs/Store/Sqlite"]),
        (
            "Reports/Comparison",
            [Ground, "Campaigns", "Campaigns/Declarations", "Wiring", "Wiring/Resolving", "Lifecycle/Model", "Caching", "Runs/Store"]
        ),
        ("Reports/Figures", [Ground, "Campaigns", "Runs/Store", "Reports"]),
        (
            "Reports/Html",
            [Ground, "Campaigns", "Wiring/*", "Lifecycle/Model", "Runs", "Runs/Store", "Runs/Usage", "Reports", "Reports/Figures"]
        ),
        (
            "Reports/Overview",
            [Ground, "Wiring", "Wiring/Snapshots", "Wiring/Resolving", "Lifecycle/Model", "Runs", "Runs/Store", "Reports", "Reports/Html"]
        ),
        ("Reports/Markdown", [Ground, "Wiring/*", "Lifecycle/Model", "Caching", "Runs/Store", "Reports"]),
        ("Reports/Ci", [Ground, "Wiring/*", "Lifecycle/Model", "Runs/Store", "Runs/Usage", "Reports", "Reports/Markdown"]),
        ("Evidence", [Ground]),
        (
            "Evidence/Bundle",
            [Ground, "Wiring/*", "Lifecycle/Model", "Caching", "Runs", "Runs/Store/*", "Reports", "Reports/Html", "Evidence"]
        ),
        (
            "Evidence/RoCrate",
            [Ground, "Campaigns", "Wiring/*", "Lifecycle/Model", "Caching", "Runs", "Runs/Store", "Reports", "Evidence", "Evidence/Bundle"]
        ),
        ("Evidence/Signing", [Ground, "Runs/Store", "Evidence", "Evidence/Bundle"]),
        ("Evidence/BagIt", [Ground, "Evidence", "Evidence/Bundle"]),
        (
            "Evidence/Verification",
            [
                Ground,
                "Campaigns",
                "Campaigns/Declarations",
                "Wiring/*",
                "Lifecycle/Model",
                "Caching",
                "Runs/Store",
                "Runs/Checks",
                "Evidence",
                "Evidence/Bundle",
                "Evidence/RoCrate",
                "Evidence/Signing",
                "Evidence/BagIt",
            ]
        ),
        (
            "Evidence/Export",
            [
                Ground,
                "Wiring/*",
                "Runs",
                "Runs/Store/*",
                "Reports/*",
                "Evidence",
                "Evidence/Bundle",
                "Evidence/RoCrate",
                "Evidence/Signing",
                "Evidence/BagIt",
            ]
        ),
        ("Driving", [Ground, "Runs", "Transports/Shell"]),
        ("Commands/Hosting", [Ground, "Campaigns/*", "Wiring/*", "Lifecycle/*", "Operators/*", "Caching", "Runs/*", "Reports"]),
        (
            "Commands/Reporting",
            [
                Ground,
                "Campaigns",
                "Campaigns/Declarations",
                "Lifecycle/*",
                "Transports/Shell",
                "Runs",
                "Runs/Store",
                "Runs/Conducting",
                "Driving",
                "Commands/Hosting",
            ]
        ),
        (
            "Commands",
            [
                Ground,
                "Campaigns/*",
                "Wiring/*",
                "Lifecycle/*",
                "Operators/*",
                "Caching",
                "Runs/*",
                "Reports/*",
                "Evidence/*",
                "Driving",
                "Commands/Hosting",
                "Commands/Reporting",
            ]
        ),
    ];
}
