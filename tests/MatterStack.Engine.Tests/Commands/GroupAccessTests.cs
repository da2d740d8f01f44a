using MatterStack.Engine.Commands;
using MatterStack.Engine.Files;

namespace MatterStack.Engine.Tests.Commands;

/// <summary>Runs that are open to a group: every file and folder of them has the mode that the setting says.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class GroupAccessTests : IDisposable
{
    private const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private readonly CommandWorld _world = new();

    public void Dispose() => _world.Dispose();

    [TestMethod]
    [DataRow("read")]
    [DataRow("drive")]
    public void All_that_a_run_holds_is_open_as_far_as_its_owner_may(string setting)
    {
        var access = GroupPermissions.ParseAccess(setting)!.Value;
        _world.Write("campaign/in.txt", "x");
        _world.Access = access;
        Assert.IsTrue(
            _world
                .Task("a", "cat in.txt; mkdir d; echo 1 > d/o", ("Files", "in.txt"), ("Outputs", "d/o"))
                .Task("b", "cat deps/a/d/o", ("DependsOn", "a"))
                .Loop()
        );
        Assert.IsTrue(ReportCommand.Execute(_world.Context()).Success);
        Assert.IsTrue(CiReportCommand.Execute(_world.Context()).Success);
        Assert.IsTrue(ExportEvidenceCommand.Execute(_world.Context()).Success);

        var wrong = Wrong(access);

        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public void A_run_that_there_was_is_opened_by_the_next_step()
    {
        Assert.IsTrue(_world.Task("a", "true").Init());
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_world.Run.StoreFile));
        _world.Access = GroupAccess.Drive;

        Assert.IsTrue(_world.Loop());

        var wrong = Wrong(GroupAccess.Drive);
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public void Without_the_setting_a_store_and_a_lock_are_of_their_user_alone()
    {
        Assert.IsTrue(_world.Task("a", "true").Loop());

        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_world.Run.StoreFile));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_world.Run.LockFile));
        Assert.AreEqual(GroupAccess.None, GroupPermissions.ReadAccess(_world.Run.Path));
    }

    [TestMethod]
    public void A_link_that_a_task_left_is_not_followed()
    {
        var outside = _world.Write("outside", "x");
        File.SetUnixFileMode(outside, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.IsTrue(_world.Task("a", $"ln -s {outside} link").Loop());

        GroupPermissions.GrantTreeAccess(_world.Run.Path, GroupAccess.Drive);

        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(outside));
    }

    private List<string> Wrong(GroupAccess access) =>
        [
            .. Directory
                .EnumerateFileSystemEntries(_world.Run.Path, "*", SearchOption.AllDirectories)
                .Append(_world.Run.Path)
                .Where(path => !Fits(path, access))
                .Select(path => $"{path} {File.GetUnixFileMode(path)}"),
        ];

    private static bool Fits(string path, GroupAccess access)
    {
        var mode = File.GetUnixFileMode(path);
        var owner = (UnixFileMode)(((int)mode >> 3) & (int)Group);
        var wanted = access == GroupAccess.Drive ? owner : owner & ~UnixFileMode.GroupWrite;
        return (mode & Group) == wanted && (!Directory.Exists(path) || mode.HasFlag(UnixFileMode.SetGroup));
    }
}
