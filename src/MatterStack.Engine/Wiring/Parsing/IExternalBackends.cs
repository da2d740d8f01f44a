using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Finds backends that an <c>operators.yaml</c> references in other files.</summary>
internal interface IExternalBackends
{
    Result<ExternalBackend> FindProfile(string name);

    /// <param name="path">The file.</param>
    /// <param name="named">Beginning of messages, with the argument or key that names the file.</param>
    Result<ExternalBackend> ReadHpcYaml(string path, string named);
}
