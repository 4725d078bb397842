// A token and its staking, as far as staking VVV goes: what the tests run transactions of ours against. Vvv.bin and
// Staking.bin are made of it by solc 0.8.30+commit.73712a01 with the optimizer (200 runs, via IR), for the EVM version
// paris, without metadata.
//
// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

contract Vvv {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    constructor(address holder, uint256 value) {
        balanceOf[holder] = value;
        emit Transfer(address(0), holder, value);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        require(allowance[from][msg.sender] >= value, "ERC20: insufficient allowance");
        allowance[from][msg.sender] -= value;
        move(from, to, value);
        return true;
    }

    function move(address from, address to, uint256 value) private {
        require(balanceOf[from] >= value, "ERC20: transfer amount exceeds balance");
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}

contract Staking {
    struct Stake {
        uint256 rewardDebt;
        uint256 cooldownEnd;
        uint256 cooldownAmount;
    }

    error CooldownNotOver(uint256 end);

    Vvv public immutable venice;
    address public immutable diem;
    uint256 public immutable cooldownDuration;
    mapping(address => uint256) public balanceOf;
    mapping(address => Stake) public stakes;
    bool public closed;

    constructor(Vvv token, address other, uint256 cooldown) {
        venice = token;
        diem = other;
        cooldownDuration = cooldown;
    }

    // Anybody may close it here: it is for the test to have a transaction revert after it was tried.
    function close(bool yes) external {
        closed = yes;
    }

    function stake(address recipient, uint256 amount) external {
        require(!closed, "staking is closed");
        require(amount > 0, "nothing to stake");
        venice.transferFrom(msg.sender, address(this), amount);
        balanceOf[recipient] += amount;
    }

    function initiateUnstake(uint256 amount) external {
        require(balanceOf[msg.sender] >= amount, "more than is staked");
        balanceOf[msg.sender] -= amount;
        stakes[msg.sender].cooldownAmount += amount;
        stakes[msg.sender].cooldownEnd = block.timestamp + cooldownDuration;
    }

    function finalizeUnstake() external {
        Stake storage mine = stakes[msg.sender];
        if (block.timestamp < mine.cooldownEnd) revert CooldownNotOver(mine.cooldownEnd);
        uint256 amount = mine.cooldownAmount;
        mine.cooldownAmount = 0;
        mine.cooldownEnd = 0;
        venice.transfer(msg.sender, amount);
    }
}
