namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>Names of the files for an instrument in an attempt's folder.</summary>
internal static class ExperimentFiles
{
    public const string RequestFile = "experiment_request.json";

    public const string ResultFile = "experiment_result.json";
}
