using MatterStack.Engine.Operators.Local;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>The run's own folder, on a file system that the cluster shares with this machine.</summary>
internal sealed class SharedPlace(AttemptFiles files) : IPlace
{
    public string Folder(AttemptOrder order) => ShellText.Quote(order.Folder);

    public IReadOnlyList<PlacedInput> Prepare(AttemptOrder order)
    {
        files.Prepare(order);
        return [];
    }

    public ShellAnswer.None? Send(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel) => null;

    public string Unpack(IReadOnlyList<(AttemptOrder Order, KeptScript Script)> jobs) => "";

    public IReadOnlyDictionary<AttemptOrder, int>? ExitCodes(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel) =>
        orders.Select(order => (Order: order, Code: LocalProtocol.ReadExitCode(order))).Where(found => found.Code is not null).ToDictionary(found => found.Order, found => found.Code!.Value);

    public ShellAnswer.None? Bring(IReadOnlyList<AttemptOrder> orders, CancellationToken cancel) => null;
}
