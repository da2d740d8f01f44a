using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>The run's own folder, on a file system that the cluster shares with this machine.</summary>
internal sealed class SharedPlace(AttemptFiles files) : IPlace
{
    public string Name => "this machine";

    public string Folder(AttemptOrder order) => ShellText.Quote(order.Folder);

    public void Prepare(AttemptOrder order) => files.Prepare(order);

    public Sending Send(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel) => Sending.All(orders);

    public string WriteScripts(IReadOnlyList<(AttemptOrder Order, string Script)> jobs) => "";

    public IReadOnlyDictionary<AttemptOrder, int>? ExitCodes(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel) =>
        orders.Select(order => (Order: order, Code: LocalProtocol.ReadExitCode(order))).Where(found => found.Code is not null).ToDictionary(found => found.Order, found => found.Code!.Value);

    public ShellAnswer.None? Bring(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel) => null;

    public DiskSpace? AskSpace(AttemptOrder order, CancellationToken cancel) => DiskSpace.At(order.Folder);
}
